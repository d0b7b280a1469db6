"""docs/tables.md and docs/tables.ru.md, from the comments of a fresh store: `make docs`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from duckdb import DuckDBPyConnection

from analytics.relations import JOINS
from analytics.statements import statement
from analytics.store import TABLES, VIEWS, StoreFingerprint, open_store

DOCS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """`comment`: the column of the catalogue report that holds its comments."""

    file: str
    comment: str
    intro: str
    heads: tuple[str, str, str]
    contents_heads: tuple[str, str]
    view: str
    same_as: str
    picture: str
    deprecated: str
    none_deprecated: str

    @property
    def path(self) -> Path:
        return DOCS / self.file


ENGLISH = Language(
    file="tables.md",
    comment="comment_en",
    intro="""\
# Tables of `calltouch.duckdb`

Made by `make docs` from the comments that the tables carry: do not edit. How to open the file and
what to watch out for: [data.md](data.md). По-русски: [tables.ru.md](tables.ru.md).

**What is stable.** The schema `main`: the names, types and meanings of the tables, views and
columns below. New ones may be added; none is renamed, removed or given another meaning. So name
the columns you read instead of `select *`. Instants are `TIMESTAMP WITH TIME ZONE`; days, and
columns that end in `_local`, are in the configured time zone (`CALLTOUCH_TIMEZONE`).

**What may change at any time.** The schema `digest` (it belongs to the program), the order of rows
and columns, the values of `deliveries.problems` and `archive_faults.explanation` (texts for
people), and whether a name is a table or a view.

**How a name goes away.** Slowly: it stays, as a column or a view with the same values, for at least
two minor versions and six months after the version whose CHANGELOG calls it deprecated. Meanwhile
its comment has `deprecated:` and what to take instead, and it is listed under
[Deprecated names](#deprecated-names). What has a new meaning gets a new name.

**`freshness.schema_version`** rises when the store is to be rebuilt, which happens by itself at the
start of a newer program; new views do not raise it. It never means that a name above is gone.
""",
    heads=("column", "type", "meaning"),
    contents_heads=("name", "what it holds"),
    view="View. ",
    same_as="Columns, as in [`leads`](#leads):",
    picture="""\
## What belongs together

Each line leads from one row to many. Join on all of the columns that it names, and no row is there
twice.
""",
    deprecated="## Deprecated names",
    none_deprecated="None.",
)
RUSSIAN = Language(
    file="tables.ru.md",
    comment="comment_ru",
    intro="""\
# Таблицы `calltouch.duckdb`

Файл собирает `make docs` из комментариев самих таблиц — не редактируйте его вручную. Как открыть
базу и на что обратить внимание: [data.md](data.md). In English: [tables.md](tables.md).

**Что не изменится.** Схема `main`: названия, типы и смысл таблиц, представлений и колонок,
перечисленных ниже. Могут появиться новые, но существующие не переименовываются, не удаляются и не
меняют смысла, поэтому перечисляйте нужные колонки, а не пишите `select *`. Моменты времени —
`TIMESTAMP WITH TIME ZONE`, дни и колонки на `_local` — в настроенном часовом поясе
(`CALLTOUCH_TIMEZONE`).

**Что может измениться в любой момент.** Схема `digest` (она служебная), порядок строк и колонок,
тексты в `deliveries.problems` и `archive_faults.explanation`, а также то, таблица перед вами или
представление.

**Как названия уходят.** Не сразу: устаревшее название остаётся — колонкой или представлением с теми
же значениями — не меньше двух минорных версий и шести месяцев после версии, в CHANGELOG которой оно
названо устаревшим. Всё это время в комментарии к нему стоит `deprecated:` и сказано, чем его
заменить, а само оно есть в разделе [Устаревшие названия](#устаревшие-названия). У нового смысла —
новое название.

**`freshness.schema_version`** растёт, когда базу нужно пересобрать; это происходит само при запуске
новой версии программы. Новые представления её не меняют. Её рост никогда не значит, что пропало
что-то из перечисленного ниже.
""",
    heads=("колонка", "тип", "значение"),
    contents_heads=("название", "что внутри"),
    view="Представление. ",
    same_as="Колонки — те же, что в [`leads`](#leads):",
    picture="""\
## Как таблицы связаны

Линия ведёт от одной строки ко многим. Соединяйте по всем указанным колонкам, и строки не
размножатся.
""",
    deprecated="## Устаревшие названия",
    none_deprecated="Таких нет.",
)
LANGUAGES = (ENGLISH, RUSSIAN)

_COLUMNS_COME_FROM = "leads"
DEPRECATED = "deprecated:"


@dataclass(frozen=True, slots=True)
class StoreColumn:
    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class StoreTable:
    name: str
    is_view: bool
    comment: str
    columns: list[StoreColumn] = field(default_factory=list)


def document(db: DuckDBPyConnection, language: Language) -> str:
    """The whole file."""
    tables = _in_order(db, language)
    columns = {table.name: table.columns for table in tables}[_COLUMNS_COME_FROM]
    sections = [_section(table, columns, language) for table in tables]
    picture = f"{language.picture}\n{_diagram()}"
    ending = f"{language.deprecated}\n\n{_deprecated(tables, language)}"
    return "\n".join([language.intro, _contents(tables, language), picture, *sections, ending])


def _deprecated(tables: Sequence[StoreTable], language: Language) -> str:
    """The names whose comments say so."""
    named = [(f"`{table.name}`", table.comment) for table in tables]
    columns = ((table.name, column) for table in tables for column in table.columns)
    named += [(f"`{name}.{column.name}`", column.comment) for name, column in columns]
    rows = [(name, comment) for name, comment in named if DEPRECATED in comment]
    if not rows:
        return f"{language.none_deprecated}\n"
    return _grid(language.contents_heads, rows)


def _diagram() -> str:
    """As GitHub draws it."""
    lines = [
        f"    {join.one} {'|o' if join.is_optional else '||'}--o{{ {join.many} :"
        f' "{", ".join(join.columns)}"'
        for join in JOINS
    ]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```\n"])


def _in_order(db: DuckDBPyConnection, language: Language) -> list[StoreTable]:
    order = [*TABLES, *VIEWS]
    return sorted(_tables(db, language), key=lambda table: order.index(table.name))


def _tables(db: DuckDBPyConnection, language: Language) -> Iterator[StoreTable]:
    answer = db.execute(statement("reports/data/catalogue"))
    names = [column[0] for column in answer.description or ()]
    records = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    for name, described in groupby(records, key=itemgetter("table_name")):
        head, *columns = described
        fields = [
            StoreColumn(column["column_name"], column["data_type"], column[language.comment])
            for column in columns
        ]
        yield StoreTable(name, head["is_view"], head[language.comment], fields)


def _contents(tables: Sequence[StoreTable], language: Language) -> str:
    rows = [(f"[`{table.name}`](#{table.name})", table.comment) for table in tables]
    return _grid(language.contents_heads, rows)


def _section(table: StoreTable, leads: Sequence[StoreColumn], language: Language) -> str:
    kind = language.view if table.is_view else ""
    heading = f"## {table.name}\n\n{kind}{table.comment}.\n"
    if table.is_view and all(column in leads for column in table.columns):
        names = ", ".join(f"`{column.name}`" for column in table.columns)
        return f"{heading}\n{language.same_as} {names}.\n"
    rows = [(f"`{column.name}`", column.type, column.comment) for column in table.columns]
    return f"{heading}\n{_grid(language.heads, rows)}"


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def described_tables(language: Language) -> list[StoreTable]:
    """Of a fresh store, in the order of their definition."""
    with _fresh_store() as db:
        return _in_order(db, language)


def write_all() -> None:
    with _fresh_store() as db:
        for language in LANGUAGES:
            language.path.write_text(document(db, language), encoding="utf-8")


@contextmanager
def _fresh_store() -> Iterator[DuckDBPyConnection]:
    with TemporaryDirectory() as folder:
        db = open_store(Path(folder) / "store.duckdb", StoreFingerprint("Europe/Moscow", ""))
        yield db
        db.close()


if __name__ == "__main__":
    write_all()
