"""Recipes of CONTRIBUTING, followed to the letter in a copy of the tree: what they name is all that
it takes, and the tests of those rooms pass there. "Add a parameter" has a file of its own."""

import pytest

from analytics.store import SCHEMA_VERSION
from tests.recipes.conftest import ScratchCopy

REPORTS = "analytics/reports/registry/leads.py"
LAST_REPORT = '    Report("lead_deliveries", "lead", LEAD),\n'
POOLS_SQL = """-- How many leads each pool of numbers has; those with the most first.
with {{ picked }}

select pool, count(*) as leads, max(manager) as latest
from picked
group by pool
order by leads desc, pool;
"""
POOLS = '    Report("leads_by_pool", "pools", (), plain("leads") | {"latest": Privacy.NAME}),\n'
POOLS_TEST = '''"""The report of pools."""

from analytics.reports.filters import Filters
from tests.analytics.reports.filter_sets import leads_of
from tests.analytics.reports.world import World


def test_pools_have_all_leads(world: World, ten_filters: list[Filters]) -> None:
    for filters in ten_filters:
        leads = world.ask("leads_by_pool", filters).column("leads")
        assert sum(leads) == len(leads_of(world, filters))
'''
PAGE = '''"""`/pools`: which pools of numbers bring leads?"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.page import column
from dashboards.page.cards import Card, Page, Part
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows


@dataclass(frozen=True, slots=True)
class PoolRow:
    pool: str | None
    leads: int


def by_pool(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "leads_by_pool", PoolRow)
    if not rows:
        return empty(context)
    return (table_of(context, context.texts("pools.by_pool"), _COLUMNS, rows),)


_COLUMNS: Columns[PoolRow] = (
    column.text("filter.pool", lambda row: row.pool),
    column.number("overview.leads", lambda row: row.leads),
)

PAGE = Page("pools", "/pools", (Card("pools.by_pool", by_pool),))
'''
PAGE_TEXTS = """[pools]
title = { ru = "Пулы", en = "Pools" }
question = { ru = "Какие пулы номеров приводят лиды?", en = "Which number pools bring leads?" }
by_pool = { ru = "Лиды по пулам", en = "Leads by pool" }
by_pool_why = { ru = "Пул — параметр pool.", en = "The pool is the parameter pool." }
"""
PAGE_TEST = '''"""The page of pools: its numbers are the report's."""

from tests.dashboards.conftest import Get
from tests.dashboards.pages.asking import card, table_of


def test_pools(get: Get) -> None:
    rows = table_of(card(get("/pools?lang=en&period=all"), "by_pool"))
    assert len(rows) > 0
'''
COMMAND = '''"""calltouch where: the directory of the data."""

import click

from receiver.settings.settings import Settings


@click.command("where", epilog="Example: calltouch where")
def command() -> None:
    """Print the directory of the data."""
    click.echo(Settings.load().data_dir)
'''


@pytest.fixture
def copy(scratch_copy: ScratchCopy) -> ScratchCopy:
    return scratch_copy


def add_report(copy: ScratchCopy) -> None:
    copy.append("analytics/sql/reports/pools/leads_by_pool.sql", POOLS_SQL)
    copy.replace(REPORTS, LAST_REPORT, LAST_REPORT + POOLS)
    copy.append("tests/analytics/reports/test_pools.py", POOLS_TEST)


def test_add_a_report(copy: ScratchCopy) -> None:
    add_report(copy)
    copy.passes("tests/analytics/reports/test_pools.py", "tests/analytics/privacy/test_columns.py")


def test_a_report_that_does_not_say_what_its_columns_hold_fails(copy: ScratchCopy) -> None:
    add_report(copy)
    copy.replace(REPORTS, ' | {"latest": Privacy.NAME}', "")
    failed = copy.fails("tests/analytics/privacy/test_columns.py")
    assert failed == ["test_every_column_of_a_report_is_declared[leads_by_pool]"]


def test_add_a_page(copy: ScratchCopy) -> None:
    add_report(copy)
    copy.append("dashboards/pages/pools/__init__.py", "")
    copy.append("dashboards/pages/pools/page.py", PAGE)
    copy.append("dashboards/texts/pools.toml", PAGE_TEXTS)
    register = "dashboards/pages/register.py"
    copy.replace(
        register,
        "from dashboards.pages.quality",
        "from dashboards.pages.pools.page import PAGE as pools\nfrom dashboards.pages.quality",
    )
    copy.replace(register, "    quality,\n", "    quality,\n    pools,\n")
    copy.append("tests/dashboards/pages/test_pools.py", PAGE_TEST)
    described = "| `/quality` |"
    copy.replace("docs/pages.md", described, f"| `/pools` | which pools? |\n{described}")
    copy.passes(
        *("tests/dashboards/pages/test_pools.py", "tests/dashboards/wording/test_texts.py"),
        *("tests/test_papers.py::test_every_page_is_described", "tests/test_house.py"),
    )


def test_add_a_filter(copy: ScratchCopy) -> None:
    fields = "analytics/reports/filter_fields.py"
    copy.replace(fields, '    _text("pool"),\n', '    _text("pool"),\n    _text("site_name"),\n')
    texts = 'pool = { ru = "Пул номеров", en = "Number pool" }\n'
    mine = 'site_name = { ru = "Название сайта", en = "Site name" }\n'
    copy.replace("dashboards/texts/site.toml", texts, texts + mine)
    copy.passes(
        *("tests/analytics/reports/test_filters.py", "tests/dashboards/slice"),
        *("tests/dashboards/wording/test_texts.py", "tests/analytics/privacy/test_columns.py"),
    )
    suggested = """
from datetime import UTC, date, datetime

from analytics.reports.asking import Question
from analytics.reports.filters import Filters

day = date(2026, 11, 1)
print(Question.about("filter_values", Filters(day, day), "UTC", datetime.now(UTC)).sql)
"""
    assert "filter := 'site_name', value := site_name::varchar" in copy.run("-c", suggested)


def test_add_a_command(copy: ScratchCopy) -> None:
    copy.append("calltouch/cli/where.py", COMMAND)
    doctor = '    "doctor": "calltouch.cli.doctor",\n'
    copy.replace(
        "calltouch/cli/__init__.py", doctor, f'{doctor}    "where": "calltouch.cli.where",\n'
    )
    for readme in ("README.md", "README.ru.md"):
        copy.replace(
            readme, "| `calltouch doctor`, ", "| `calltouch where` | … |\n| `calltouch doctor`, "
        )
    copy.passes("tests/calltouch/cli/test_commands.py", "-k", "help or names_every_command")
    copy.passes("tests/test_papers.py", "-k", "command")


def test_add_a_setting(copy: ScratchCopy) -> None:
    timezone = '    Setting("timezone",'
    mine = '    Setting("greeting", kinds.text, None, "what the start says"),\n'
    copy.replace("receiver/settings/registry.py", timezone, mine + timezone)
    settings = "receiver/settings/settings.py"
    copy.replace(settings, "    timezone: str\n", "    greeting: str | None\n    timezone: str\n")
    row = "| `CALLTOUCH_TIMEZONE` |"
    copy.replace(
        "docs/settings.md", row, f"| `CALLTOUCH_GREETING` | | what the start says |\n{row}"
    )
    tests = "tests/receiver/settings/test_settings.py"
    copy.replace(tests, '"timezone": "Asia/Almaty"', '"greeting": "hi", "timezone": "Asia/Almaty"')
    copy.passes(tests, "tests/test_papers.py", "-k", "setting")


def test_change_a_folding_rule(copy: ScratchCopy) -> None:
    """A parameter `showroomVisit` shall make a deal."""
    copy.replace(
        "docs/fold.md", "(`funnel`, `dealId` …)", "(`funnel`, `dealId`, `showroomVisit` …)"
    )
    copy.replace("analytics/fold/identity.py", "|funnel|", "|funnel|showroom_?visit|")
    plain = "tests/analytics/fold/plain_fold.py"
    copy.replace(plain, '("funnel", ', '("showroomvisit", "funnel", ')
    tests = "tests/analytics/fold/test_fold.py"
    first = '        ({"leadtype": "chat", "id": "777"}, "chats"),\n'
    mine = '        ({"id": "777", "showroomVisit": "1", "callphase": "callconnected"}, "deals"),\n'
    copy.replace(tests, first, mine + first)
    version = f"SCHEMA_VERSION = {SCHEMA_VERSION}\n"
    copy.replace("analytics/store.py", version, f"SCHEMA_VERSION = {SCHEMA_VERSION + 1}\n")
    pins = f"{tests}::test_deals_and_chats_are_kept_and_are_no_leads"
    properties = "tests/analytics/fold/test_properties.py::test_equals_a_plain_fold_in_any_batching"
    copy.passes(pins, properties, "tests/analytics/test_store.py")
    copy.passes("tests/test_papers.py", "-k", "rules or test_that_is_named")
