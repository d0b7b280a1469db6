"""The last instants are kept, and what was folded for others goes."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.as_of.kept import KnownInstants
from analytics.published_file import Published, PublishedFile
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, some_months

INSTANTS = [NOW - timedelta(days=days) for days in (1, 2, 3)]


def leads(published: Published) -> int:
    with published.reading() as db:
        ((count,),) = db.execute("select count(*) from leads").fetchall()
    return int(count)


def test_the_last_two_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path)
    place.add(some_months(leads=60))
    folds = tmp_path / "folds"
    folds.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folds))
    known = KnownInstants(PublishedFile(place.published))
    assert leads(known.at(INSTANTS[0])) > leads(known.at(INSTANTS[2])) > 0
    kept = {*folds.rglob("*.duckdb")}
    assert len(kept) == 2
    first = known.at(INSTANTS[0])
    leads(known.at(INSTANTS[1]))
    assert known.at(INSTANTS[0]) is first
    # Whoever follows a file has it for a moment longer.
    deadline = time.monotonic() + 60
    while len(now := {*folds.rglob("*.duckdb")}) > 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (len(now), len(now & kept)) == (2, 1)
