"""Operations that ended in all ways, published, and the file of flows behind them."""

import pytest

from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import NOW, Delivered, call


@pytest.fixture(scope="module")
def passed_on(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """See `usual_world`."""
    place = Place(tmp_path_factory.mktemp("operations"))
    place.add([Delivered(NOW, call(5, NOW, callerphone="79990001122"))])
    world = usual_world(place.directory)
    place.add_history(*world.published())
    world.close()
    return place
