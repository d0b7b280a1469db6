"""Which charts of which pages are drawn from a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """The names of a page and of a card on it."""

    page: str
    card: str


_PLACES = """
leads_over_time          overview over_time
usual_day                overview today
attribution              changes split
attribution_rates        attribution rates
attribution_mix          attribution mix
models                   models by_source
model_transitions        models transitions
uniqueness               uniqueness by_day
uniqueness_depth         uniqueness depths
repeat_times             uniqueness repeats
cohorts                  uniqueness cohorts
tag_pairs                tags together
tag_delays               tags delays
tag_delay_points         tags delays
heatmap                  quality hours
waiting                  quality waiting
quality                  quality answered_within
missed_calls_over_time   quality recovery
managers                 managers answer_rates
managers                 managers talk_times
callback                 callback funnel
callback_attempts        callback attempts
time_to_connect          callback time_to_connect
spam_over_time           spam over_time
spam_tags                spam by_tag
deliveries               deliveries outcomes
deliveries               deliveries lag
duplicates               deliveries unusual
"""


def _charts() -> Mapping[str, Sequence[ChartPlace]]:
    charts: dict[str, list[ChartPlace]] = {}
    for line in _PLACES.split("\n"):
        if line:
            report, page, card = line.split()
            charts.setdefault(report, []).append(ChartPlace(page, card))
    return charts


CHARTS = _charts()
"""By the name of the report, in the order of the pages. What is compared is drawn by the same card;
lists, and reports whose page shows numbers alone, have none."""
