"""What reports share and keep: see `shared_parts`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SharedPart:
    """`sql/reports/parts/<name>.sql`. `of_deliveries`: worked out of those received in the period,
    not of the leads picked. `of_narrowed`: not read where nothing but the days is asked."""

    name: str
    of_deliveries: bool = False
    of_narrowed: bool = False


DELAYS = SharedPart("delays", of_narrowed=True)
COMPARED = SharedPart("compared")
RECOVERIES = SharedPart("recoveries")
ATTEMPTS = SharedPart("attempts")
SUSPECTED = SharedPart("suspected", of_deliveries=True)
