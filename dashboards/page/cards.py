"""Pages and the cards on them. A page file declares both; render.py shows them all the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from analytics.reports.asking import Question
from analytics.reports.parameter import ReportParameter
from dashboards.access.roles import Audience
from dashboards.page.charts import Chart
from dashboards.page.context import CardContext
from dashboards.page.tables import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `kind`: "note" in small print, "notice" in a frame, "empty" in place of data;
    "heading" of the parts that follow."""

    text: str
    kind: Literal["note", "notice", "empty", "heading"] = "note"
    href: str | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A template for what no other part can show, filled in with `values`. `table`: as which files
    have it."""

    template: str
    values: dict[str, object] = field(default_factory=dict)
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Collapsible:
    """A part that opens when its summary is clicked; the table of a chart, mostly."""

    summary: str
    part: "Part"


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two parts next to each other where there is room."""

    left: "Part"
    right: "Part"


Part = Chart | Table | Paragraph | TemplatePart | Collapsible | SideBySide


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader wants to know, and its answer. `name`: its texts are `<name>` (the title, a
    question where possible) and `<name>_why` (the definition, in the field's terms); its id on the
    page is the last word. A card without parts is not shown. `title`: what it is called where that
    depends on what is chosen.
    """

    name: str
    make: Callable[[CardContext], Sequence[Part]]
    width: Literal["full", "half"] = "full"
    title: Callable[[CardContext], str] | None = None

    @property
    def key(self) -> str:
        return self.name.rpartition(".")[2]

    def title_in(self, context: CardContext) -> str:
        return self.title(context) if self.title else context.texts(self.name)


@dataclass(frozen=True, slots=True)
class Page:
    """`name`: the section of its texts, with `title` and `question`. `path`: of its URL.

    `options`: parameters of its URL besides the slice's. `sliced`: whether it is about leads, so
    that the filters mean something to it, or only about a period, or neither. `is_listed`: in the
    menu. `check`: raises `NoSuchLead` where there is nothing to show a page about.
    `needs_deliveries`: of Calltouch, without which other pages only say how to get them.
    `has_history`: whether it can be shown as it was known at an instant. `has_files`: what it shows
    can be had as a file. `shown_options`: what a saved view keeps that the URL need not say.
    `audience`: who sees it of those whose rights are limited; a page that does not say is for those
    who may see the leads of all.
    """

    name: str
    path: str
    cards: tuple[Card, ...]
    options: tuple[ReportParameter, ...] = ()
    sliced: Literal["leads", "period", "no"] = "leads"
    is_listed: bool = True
    check: Callable[[CardContext], None] | None = None
    needs_deliveries: bool = True
    has_history: bool = True
    has_files: bool = True
    shown_options: Callable[[CardContext], Sequence[tuple[str, str]]] = lambda _: ()
    audience: Audience = Audience.WHOLE

    @property
    def file_path(self) -> str:
        """As `path`, but never empty."""
        return f"/{self.name}" if self.path == "/" else self.path

    @property
    def file_paths(self) -> Sequence[str]:
        """Where its files are found: a page of the menu by its name, too."""
        named = [f"/{self.name}"] if self.is_listed else []
        return tuple(dict.fromkeys([self.file_path, *named])) if self.has_files else ()


@dataclass(frozen=True, slots=True)
class RenderedCard:
    """A card that was made, what it asked, and the tables that it has as files; or one that failed,
    as the incident `failure` in the log."""

    card: Card
    parts: Sequence[Part]
    asked: Sequence[Question]
    failure: str | None = None
    tables: Sequence[Table] = ()
