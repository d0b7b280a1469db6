"""docs/queries.md and docs/queries.ru.md, from the examples: `make docs`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from analytics.examples import EXAMPLES, ExampleQuestion

DOCS = Path(__file__).parent
FILES: Mapping[str, str] = {"en": "queries.md", "ru": "queries.ru.md"}
_DAYS = (date(2026, 11, 1), date(2026, 11, 30))
_TIMEZONE = "Europe/Moscow"

_INTRO = {
    "en": """\
# Twenty questions in SQL

Made by `make docs` from `analytics/examples`: do not edit. По-русски:
[queries.ru.md](queries.ru.md). What is in which column: [tables.md](tables.md).

All of them run in DuckDB 1.1 to 2.0 over `calltouch.duckdb`; put your own days and time zone into
them. Tests run each in all of these versions and hold it against the report that has the same
numbers. Those marked **needs persons** name columns that a file without persons has not got.
""",
    "ru": """\
# Двадцать вопросов на SQL

Файл собирает `make docs` из `analytics/examples` — не редактируйте его вручную. In English:
[queries.md](queries.md). Что в какой колонке: [tables.ru.md](tables.ru.md).

Запросы работают в DuckDB от 1.1 до 2.0 над `calltouch.duckdb`; подставьте свои дни и часовой пояс.
Тесты выполняют каждый во всех этих версиях и сверяют с отчётом, в котором те же числа. Пометка
**нужны персональные данные** — запросу нужны колонки, которых нет в файле без них.
""",
}
_REPORT = {"en": "Report: `{name}`.", "ru": "Отчёт: `{name}`."}
_NEEDS_PERSONS = {"en": "**Needs persons.**", "ru": "**Нужны персональные данные.**"}


def queries(language: str) -> str:
    """The whole file."""
    return "\n".join([_INTRO[language], *(_section(one, language) for one in EXAMPLES)])


def _section(example: ExampleQuestion, language: str) -> str:
    report = _REPORT[language].format(name=example.report) if example.report else ""
    persons = _NEEDS_PERSONS[language] if example.needs_persons else ""
    note = " ".join(filter(None, (example.note.written_in(language), report, persons)))
    title = example.title.written_in(language)
    return f"## {title}\n\n```sql\n{example.over_days(*_DAYS, _TIMEZONE)}\n```\n\n{note}\n"


def write_queries() -> None:
    for language, file in FILES.items():
        (DOCS / file).write_text(queries(language), encoding="utf-8")


if __name__ == "__main__":
    write_queries()
