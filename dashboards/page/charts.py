"""A chart on a page: a figure and what the script that draws it has to know."""

from dataclasses import dataclass

from markupsafe import Markup

from dashboards.figures import Figure
from dashboards.figures.text import island
from dashboards.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class Chart:
    """`name` is its id on the page and the name of the saved picture; `label` says what it shows.

    `size`: how high it stands, a class of static/page.css.
    """

    name: str
    label: str
    figure: Figure
    size: str
    locale: dict[str, object]

    @property
    def json(self) -> Markup:
        return island({"name": self.name, "figure": self.figure, "locale": self.locale})


def locale_of(texts: Texts, unit: str = "day") -> dict[str, object]:
    """The words and signs of plotly's axes, hover texts and buttons.

    Our own names of days and months, because a date's month stands in the genitive (20 ноября)
    and plotly's Russian knows the nominative alone, which only months and years on an axis take.
    """
    kind = "_of_day" if unit in ("day", "week") else ""
    months, short_months = (
        texts.forms(f"calendar.{name}{kind}") for name in ("months", "short_months")
    )
    is_russian = texts.language == "ru"
    return {
        "name": texts.language,
        "format": {
            "months": [_first_upper(name) if not kind else name for name in months],
            "shortMonths": short_months,
            "days": _from_sunday(texts.forms("calendar.weekdays")),
            "shortDays": _from_sunday(texts.forms("calendar.short_weekdays")),
            "decimal": "," if is_russian else ".",
            "thousands": "\N{NO-BREAK SPACE}" if is_russian else ",",
        },
        "dictionary": {"Download plot as a PNG": texts("chart.download")},
    }


def _from_sunday(days: list[str]) -> list[str]:
    return [days[-1], *days[:-1]]


def _first_upper(name: str) -> str:
    return name[:1].upper() + name[1:]
