"""What a page says works as it stands, and gives DuckDB's own numbers."""

import re
from datetime import UTC, datetime

import pytest

from tests.tools.conftest import Desk
from tests.tools.pages import PAGES, Block, blocks_of, packages

RUN = ("duckdb", "pandas", "polars", "sqlalchemy", "ibis", "dbt")
READ = ("harlequin", "metabase")
BY_SOURCE = """
    select source, medium, count(*) as leads
    from lead_attributions
    where attribution_model = 1 and source is not null
    group by all
    order by leads desc
    limit 5
"""
IN_HARLEQUIN = """
import asyncio

from harlequin.app import Harlequin
from harlequin_duckdb import DuckDbAdapter


async def main() -> None:
    app = Harlequin(DuckDbAdapter(["data/calltouch.duckdb"], read_only=True))
    async with app.run_test(size=(140, 50)) as pilot:
        while app.editor is None:
            await pilot.pause(0.1)
        app.editor.text = "select source, medium, count(*) as leads from lead_attributions " \\
            "where attribution_model = 1 group by all order by leads desc limit 10"
        await pilot.press("ctrl+j")
        while (table := app.results_viewer.get_visible_table()) is None:
            await pilot.pause(0.1)
        for number in range(table.row_count):
            print(*table.get_row_at(number))


asyncio.run(main())
"""


def missing(printed: str, expected: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows that are not printed, whatever stands between their values."""
    lines = printed.replace("\x00", "").splitlines()
    patterns = [(row, r"\W+".join(re.escape(str(value)) for value in row)) for row in expected]
    return [
        row
        for row, pattern in patterns
        if not any(re.search(rf"(?<!\w){pattern}(?!\w)", line) for line in lines)
    ]


def test_every_page_is_tried_or_said_not_to_be() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages == {*RUN, *READ}


@pytest.mark.parametrize("page", [*RUN, *READ])
def test_what_a_page_installs_is_what_is_tried(page: str) -> None:
    named = {package for block in blocks_of(page) for package in block.installs}
    assert named <= packages()


@pytest.mark.parametrize("page", RUN)
def test_the_blocks_of_a_page_give_the_numbers_of_the_file(page: str, desk: Desk) -> None:
    run = [block for block in blocks_of(page) if block.is_run]
    assert run
    printed = [desk.run(block) for block in run]
    assert missing(printed[-1], desk.ask(BY_SOURCE)) == []


def test_a_row_that_is_not_printed_is_noticed() -> None:
    rows: list[tuple[object, ...]] = [("yandex", "cpc", 97), ("google", "cpc", 5)]
    assert missing("| yandex | cpc | 973 |\n| google | cpc | 5 |", rows) == [rows[0]]


def test_harlequin_shows_the_numbers_of_the_file(desk: Desk) -> None:
    assert "harlequin --read-only data/calltouch.duckdb" in [
        block.text.strip() for block in blocks_of("harlequin")
    ]
    printed = desk.run(Block("python", IN_HARLEQUIN))
    assert missing(printed, desk.ask(BY_SOURCE)) == []


def test_dbt_says_how_old_the_data_is(desk: Desk) -> None:
    """The world ends on a day of its own, so it is stale by as much as has passed since."""
    ((last,),) = desk.ask("select last_received_at from freshness")
    assert isinstance(last, datetime)
    is_stale = (datetime.now(UTC) - last).total_seconds() > 24 * 3600
    command = (
        f"dbt source freshness --profiles-dir . --project-dir . "
        f"--target-path {desk.directory}/target --log-path {desk.directory}/logs || true"
    )
    here = f"cd $PROJECT/docs/dbt && PUBLISHED_FILE={desk.published} "
    where = f"MARTS_FILE={desk.directory}/freshness.duckdb "
    printed = desk.run(Block("sh", here + where + command))
    assert ("ERROR STALE" in printed) == is_stale
