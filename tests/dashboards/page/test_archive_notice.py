"""Every page says what is missing in the archive, what is lost for good, and of which version the
file is."""

import duckdb
import pyarrow as pa
import pytest

from analytics.run_tables import replace_archive_notes
from dashboards.pages.register import PAGES
from tests.dashboards.conftest import Place
from tests.dashboards.leads import some_months
from tests.dashboards.page_text import read_page

FAULT = {
    "problem": "missing",
    "file": "2026-11-20.parquet",
    "first_id": 11,
    "last_id": 20,
    "first_day": "2026-11-20",
    "last_day": "2026-11-20",
    "explanation": "is missing",
}
LOST = {"first_id": 31, "last_id": 33, "day": "2026-11-19", "reason": "gone"}


def notices(place: Place, path: str) -> str:
    page = read_page(place.client().get(path).get_data(as_text=True))
    main = page.one("main")
    found = [*main.all("div", class_="notice"), *main.all("p", class_="notice")]
    return " ".join(one.text for one in found)


def note(place: Place, faults: list[dict[str, object]], lost: list[dict[str, object]]) -> None:
    place.add(some_months()[:40])
    place.published.chmod(0o600)
    empty = {name: pa.array([], pa.string()) for name in FAULT}
    faults_table = pa.Table.from_pylist(faults) if faults else pa.table(empty)
    empty = {name: pa.array([], pa.string()) for name in LOST}
    lost_table = pa.Table.from_pylist(lost) if lost else pa.table(empty)
    with duckdb.connect(str(place.published)) as db:
        replace_archive_notes(db, faults_table, lost_table)


LISTED = [page.path for page in PAGES if page.is_listed]


def test_a_missing_file_is_named_on_every_page_in_both_languages(place: Place) -> None:
    note(place, [FAULT], [])
    for path in LISTED:
        said = notices(place, f"{path}?lang=ru")
        assert "Нет файла 2026-11-20.parquet: доставки 11–20 (20 ноября 2026)" in said, path
    said = notices(place, "/?lang=en")
    assert "2026-11-20.parquet is missing: deliveries 11–20 (20 November 2026)" in said
    assert "Restore the file to archive/deliveries" in said


def test_it_stands_in_a_page_as_a_file_too(place: Place) -> None:
    note(place, [FAULT], [LOST])
    written = place.client().get("/export/overview?lang=en").get_data(as_text=True)
    assert "2026-11-20.parquet is missing" in written
    assert "Permanently lost: 3" in written


def test_many_faults_are_counted(place: Place) -> None:
    note(place, [{**FAULT, "first_id": n, "last_id": n} for n in range(1, 9)], [])
    assert "and 5 more" in notices(place, "/?lang=en")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("damaged", "2026-11-20.parquet is damaged: deliveries 11–20"),
        ("waits", "is waiting for the archive; the old settings stay in force"),
        ("something new", "2026-11-20.parquet does not belong to this archive"),
    ],
)
def test_each_problem_has_its_words(place: Place, problem: str, said: str) -> None:
    note(place, [{**FAULT, "problem": problem}], [])
    assert said in notices(place, "/?lang=en")


def test_what_is_lost_for_good_is_said_with_its_days(place: Place) -> None:
    note(place, [], [LOST, {**LOST, "first_id": 41, "last_id": 42, "day": "2026-11-20"}])
    assert "Потеряно навсегда: 5 доставок (19–20 ноября 2026)" in notices(place, "/?lang=ru")
    assert "Permanently lost: 5 deliveries (19–20 November 2026)" in notices(place, "/?lang=en")


def test_a_whole_archive_is_not_worth_a_word(busy_place: Place) -> None:
    assert "rchive" not in notices(busy_place, "/?lang=en")
    assert "рхив" not in notices(busy_place, "/?lang=ru")


def test_a_file_of_another_version_says_so_and_is_shown(place: Place) -> None:
    place.add(some_months()[:40])
    place.published.chmod(0o600)
    with duckdb.connect(str(place.published)) as db:
        db.execute("update freshness set schema_version = schema_version - 1")
        db.execute("drop table archive_faults")
        db.execute("drop table lost_deliveries")
    assert "written by an earlier version" in notices(place, "/?lang=en")
