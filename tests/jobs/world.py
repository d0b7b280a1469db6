"""A published file of nine weeks: two sites, both models, what is late, lost and restored.

A Thursday afternoon. Tags come hours and days after their leads. On Saturday nothing was received
for some hours; what was lost then came from the API on Tuesday. This morning Yandex stopped
showing the ads.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from receiver.decode import decode
from simulator.lives.leads import Lead, Visit
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import sendings
from simulator.world import World
from tests.dashboards.conftest import Place
from tests.dashboards.leads import Delivered

NOW = datetime(2026, 11, 19, 15, 30, tzinfo=MOSCOW)
CALENDAR = """
[hours]
mon = "09:00-18:00"
tue = "09:00-18:00"
wed = "09:00-18:00"
thu = "09:00-18:00"
fri = "09:00-17:00"
sat = "10:00-16:00"
"""
_MIDNIGHT = NOW.replace(hour=0, minute=0)
_OUTAGE = (_MIDNIGHT - timedelta(days=5, hours=-9), _MIDNIGHT - timedelta(days=5, hours=-21))
_RESYNC = _MIDNIGHT - timedelta(days=2, hours=-4)


def make_place(directory: Path, leads: int = 2600) -> Place:
    place = Place(directory)
    place.add(sorted(_deliveries(leads), key=lambda delivered: delivered.received_at))
    place.add_calendar(CALENDAR)
    return place


def _deliveries(leads: int) -> Iterator[Delivered]:
    lost: dict[tuple[str, int], Delivered] = {}
    world = World(NOW, seed=5, leads=leads, days=66)
    shown = (lead for lead in world if not _is_from_paused_ads(lead))
    for sending in sendings(shown, usual_webhooks()):
        params = decode(sending.query, sending.body, CONTENT_TYPE, {}).params
        received = datetime.fromtimestamp(sending.sent_at + 1, MOSCOW)
        if _OUTAGE[0] <= received < _OUTAGE[1]:
            lost[sending.lead_type, sending.lead_id] = Delivered(_RESYNC, params, origin="api")
        elif received < NOW:
            yield Delivered(received, params)
    yield from lost.values()


def _is_from_paused_ads(lead: Lead) -> bool:
    touch = lead.last_non_direct
    if lead.happened_at < _MIDNIGHT.timestamp() or not isinstance(touch, Visit):
        return False
    return (touch.traffic.source, touch.traffic.medium) == ("yandex", "cpc")
