"""SQL files as templates."""

from pathlib import Path

import duckdb
import pytest
from jinja2 import TemplateNotFound, UndefinedError

from analytics.statements import attach, rendered, statement


def test_a_definition_is_known_to_every_template() -> None:
    assert "is_ended and status = 'unsuccessful'" in statement("picking/only/missed")


def test_a_name_that_is_not_given_is_an_error() -> None:
    assert rendered("state/all_rows", table="resync_runs") == "select * from resync_runs"
    with pytest.raises(UndefinedError, match="table"):
        rendered("state/all_rows")
    with pytest.raises(TemplateNotFound):
        statement("state/no_such_file")


@pytest.mark.parametrize("name", ["plain", "it's", "two ''", "a b;c", "{{ path }}"])
def test_a_file_of_any_name_can_be_attached(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.duckdb"
    with duckdb.connect() as db:
        attach(db, path, "written", read_only=False)
        db.execute("create table written.numbers as select 1 as number")
        db.execute("detach written")
        attach(db, path, "known")
        assert db.execute("from known.numbers").fetchall() == [(1,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            db.execute("insert into known.numbers values (2)")
