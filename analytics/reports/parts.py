"""What reports share and keep: see `shared_parts`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedPart:
    """`sql/reports/parts/<name>.sql`. `of_deliveries`: worked out of those received in the period,
    not of the leads picked."""

    name: str
    of_deliveries: bool = False


DELAYS = SharedPart("delays")
COMPARED = SharedPart("compared")
RECOVERIES = SharedPart("recoveries")
ATTEMPTS = SharedPart("attempts")
SUSPECTED = SharedPart("suspected", of_deliveries=True)
