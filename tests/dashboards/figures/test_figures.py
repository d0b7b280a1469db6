"""Figures are what plotly takes, and say what they should."""

from datetime import date, datetime, timedelta

import orjson
import plotly.graph_objects as go
import pytest

from dashboards.figures import Figure
from dashboards.figures.bars import Series, bars_by_name, bars_over_time
from dashboards.figures.heatmap import heatmap
from dashboards.figures.marks import MarkWords, TimelineMark, marked
from dashboards.figures.scatter import Bubble, PointKind, bubbles
from dashboards.figures.text import island, plain, shorten
from dashboards.page.charts import locale_of
from dashboards.wording.texts import Texts
from tests.dashboards.conftest import Get
from tests.dashboards.page_text import figures

FRIDAY = date(2026, 11, 20)
RUSSIAN = Texts("ru")


def days(count: int, first: date = FRIDAY) -> list[date]:
    return [first + timedelta(number) for number in range(count)]


def over_time(starts: list[date], unit: str = "day") -> Figure:
    series = [Series("Звонки", [1] * len(starts)), Series("Заявки", [2] * len(starts))]
    return bars_over_time(starts, series, unit, RUSSIAN)


def assert_valid(figure: Figure) -> None:
    """As it goes over the wire; raises `ValueError` for a property that plotly does not know."""
    drawn = {name: figure[name] for name in ("data", "layout")}
    go.Figure(orjson.loads(orjson.dumps(drawn)))


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
@pytest.mark.parametrize("count", [0, 1, 8, 92])
def test_bars_over_time_are_valid(unit: str, count: int) -> None:
    assert_valid(over_time(days(count), unit))


@pytest.mark.parametrize("names", [[], ["yandex / cpc"], ["a", "b", "a", "<b>", "1", ""]])
def test_bars_by_name_are_valid(names: list[str]) -> None:
    series = [Series("Звонки", [3] * len(names)), Series("Заявки", [0] * len(names))]
    assert_valid(bars_by_name(names, series))


@pytest.mark.parametrize("query", ["", "?from=2026-11-20", "?from=2020-01-01&lang=en"])
def test_figures_of_the_page_are_valid(get: Get, query: str) -> None:
    drawn = figures(get(f"/{query}"))
    assert {"leads-over-time", "latest-day"} <= set(drawn)
    for figure in drawn.values():
        assert_valid(figure)


def test_a_typing_error_would_be_found() -> None:
    figure = over_time(days(3))
    figure["layout"]["barmod"] = "stack"
    with pytest.raises(ValueError, match="barmod"):
        assert_valid(figure)


def test_bars_are_stacked_and_the_sum_is_in_the_hover_text() -> None:
    figure = over_time(days(3))
    assert figure["layout"]["barmode"] == "stack"
    assert [trace["type"] for trace in figure["data"]] == ["bar", "bar", "scatter"]
    assert figure["data"][2]["y"] == [3, 3, 3]
    assert figure["data"][2]["hovertemplate"] == "Всего: %{y:,}<extra></extra>"


def test_weekends_are_shaded_around_their_bars() -> None:
    shapes = over_time(days(8))["layout"]["shapes"]
    assert [(shape["x0"], shape["x1"]) for shape in shapes] == [
        ("2026-11-20 12:00", "2026-11-21 12:00"),
        ("2026-11-21 12:00", "2026-11-22 12:00"),
    ]
    assert over_time(days(5, date(2026, 11, 16)))["layout"]["shapes"] == []
    assert over_time(days(8), "week")["layout"]["shapes"] == []


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_can_be_drawn(day: date) -> None:
    assert_valid(over_time([day]))


@pytest.mark.parametrize(("highest", "step"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, None)])
def test_axes_of_few_leads_have_whole_numbers(highest: int, step: int | None) -> None:
    figure = bars_by_name(["yandex"], [Series("Звонки", [highest])])
    assert figure["layout"]["xaxis"].get("dtick") == step


def test_markup_means_itself() -> None:
    assert plain("<b>&amp;</b>") == "&lt;b&gt;&amp;amp;&lt;/b&gt;"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("short", "short"),
        ("exactly 10", "exactly 10"),
        ("more than 10", "more than…"),
        ("a\n\tb", "a b"),
    ],
)
def test_labels_are_one_short_line(text: str, cut: str) -> None:
    assert shorten(text, 10) == cut


def test_an_island_is_json_without_anything_that_html_reads() -> None:
    value = {"name": "</script>&\u2028\u2029", "day": FRIDAY}
    text = str(island(value))
    assert not set(text) & set("<>&\u2028\u2029")
    assert orjson.loads(text) == {"name": "</script>&\u2028\u2029", "day": "2026-11-20"}


def test_months_stand_in_the_case_that_their_axis_needs() -> None:
    def months(unit: str) -> list[str]:
        form = locale_of(RUSSIAN, unit)["format"]
        assert isinstance(form, dict)
        return [form["months"][4], form["shortMonths"][4], form["days"][0]]

    assert months("day") == months("week") == ["мая", "мая", "воскресенье"]
    assert months("month") == ["Май", "май", "воскресенье"]


@pytest.mark.parametrize("highest", range(1, 13))
def test_each_mark_of_a_scale_of_colours_is_another_number(highest: int) -> None:
    """Of three leads it would be 0, 1, 1, 2, 2, 3: halves are written as whole numbers."""
    figure = heatmap(["yandex"], ["spam"], [[highest]], [[""]])
    scale = figure["data"][0]["colorbar"]
    if highest <= 8:
        assert scale["dtick"] == int(scale["dtick"]) >= 1
        assert highest / scale["dtick"] <= 4.5
    else:
        assert "dtick" not in scale
    fine = heatmap(["yandex"], ["spam"], [[highest / 100]], [[""]], share=True)
    assert fine["data"][0]["colorbar"]["tickformat"] == (".1%" if highest <= 5 else ".0%")


def test_no_label_of_a_bubble_is_crossed_by_the_line_of_another() -> None:
    """The second is so close on the right that its line runs where the first's label would be."""
    near = [
        Bubble("yandex", 50, 0.5, 0.4, 0.6, 4, ""),
        Bubble("google", 55, 0.9, 0.1, 0.95, 4, ""),
    ]
    alone = bubbles([PointKind("all", 1, near[:1])], 0.5, "mean", "leads")["data"][0]
    both = bubbles([PointKind("all", 1, near)], 0.5, "mean", "leads")["data"][0]
    assert (alone["text"], alone["textposition"]) == (["yandex"], ["middle right"])
    assert both["text"] == ["yandex", "google"]
    assert both["textposition"] == ["middle left", "middle right"]


WORDS = MarkWords("Alerts and notes", "… and {count} more")


def mark(day: date, text: str, hour: int = 9) -> TimelineMark:
    return TimelineMark(datetime(day.year, day.month, day.day, hour), text)


def test_marks_stand_at_their_unit_with_all_that_is_said_of_it() -> None:
    figure = over_time(days(3))
    marks = [mark(FRIDAY, "<b>Campaign</b>"), mark(FRIDAY, "Site down"), mark(days(3)[2], "Again")]
    shown = marked(figure, [*marks, mark(days(9)[8], "later")], "day", WORDS)
    assert_valid(shown)
    trace = shown["data"][-1]
    assert trace["x"] == [FRIDAY, FRIDAY, None, days(3)[2], days(3)[2], None]
    assert trace["text"][0] == "&lt;b&gt;Campaign&lt;/b&gt;<br>Site down"
    assert shown["colours"] == [1, 2, 3, 9]
    assert figure["data"] == shown["data"][:-1], "what was there stays as it was"


def test_a_mark_stands_at_its_week_hour_or_nowhere() -> None:
    weekly = marked(over_time([FRIDAY], "week"), [mark(days(4)[3], "x")], "week", WORDS)
    assert weekly["data"][-1]["x"][0] == FRIDAY
    hours = [datetime(2026, 11, 20, hour) for hour in (8, 9, 10)]
    hourly = marked(over_time(list(hours), "hour"), [mark(FRIDAY, "x")], "hour", WORDS)
    assert hourly["data"][-1]["x"][0] == hours[1]
    figure = over_time(days(3))
    assert marked(figure, [mark(days(9)[8], "later")], "day", WORDS) == figure


def test_a_chart_without_a_legend_gets_one_for_the_marks_alone() -> None:
    figure = over_time(days(3))
    figure["layout"]["showlegend"] = False
    shown = marked(figure, [mark(FRIDAY, "x")], "day", WORDS)
    assert [trace.get("showlegend", True) for trace in shown["data"]] == [False, False, False, True]
    many = marked(figure, [mark(FRIDAY, "x")] * 9, "day", WORDS)
    assert many["data"][-1]["text"][0].endswith("<br>… and 3 more")
