"""A receiver that answers as it is told to, as for the simulator."""

from tests.simulator.conftest import stand_in

__all__ = ["stand_in"]
