"""Nothing of a person is kept, and nothing is forgotten."""

import pytest

from analytics.keyed.register import DECISIONS, LEFT_OUT_TABLES, REMADE_VIEWS, Treatment
from analytics.parameters import COLUMNS
from analytics.privacy.columns import held_by_column
from analytics.privacy.holds import Privacy
from analytics.store import VIEWS, open_tables
from tests.analytics.keyed.files import columns_of, empty_store

_MAY = {
    Privacy.NOTHING: {*Treatment} - {Treatment.PLACE, Treatment.FIELD, Treatment.VALUE},
    Privacy.WORDS: {Treatment.MASKED, Treatment.LEFT_OUT},
    Privacy.LINK: {Treatment.MASKED, Treatment.PLACE, Treatment.LEFT_OUT},
    Privacy.TEXT: {Treatment.MASKED, Treatment.FIELD, Treatment.FIELDS, Treatment.LEFT_OUT},
    Privacy.IDENTIFIER: {Treatment.KEYED, Treatment.LEFT_OUT},
    Privacy.PHONE: {Treatment.KEYED, Treatment.LEFT_OUT},
    Privacy.EMAIL: {Treatment.KEYED, Treatment.LEFT_OUT},
}
"""What may become of it; everything else is left out."""
_NO_TEXTS = (
    *("SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN"),
    *("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
)


def test_every_column_is_decided(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = columns_of(empty_store(tmp_path_factory))
    for view in REMADE_VIEWS:
        del found[view]
    decided = {table: set(columns) for table, columns in DECISIONS.items()}
    wanted = {table: set(columns) for table, columns in found.items()}
    for table in LEFT_OUT_TABLES:
        del wanted[table]
    assert decided == wanted
    assert {*DECISIONS, *LEFT_OUT_TABLES, *REMADE_VIEWS} == {*open_tables(), *VIEWS}


def test_what_holds_a_person_is_never_kept() -> None:
    for table, columns in DECISIONS.items():
        for name, decision in columns.items():
            held = held_by_column(name)
            # Names that several tables have may hold something else in each.
            if isinstance(held, Privacy) and table in ("leads", "lead_attributions", "deliveries"):
                allowed = _MAY.get(held, {Treatment.LEFT_OUT})
                assert decision.treatment in allowed, f"{table}.{name}"
            if decision.treatment is Treatment.MASKED and held is not None:
                assert decision.holds is held or name == "method", f"{table}.{name}"


def test_texts_are_kept_only_where_they_are_words_of_ours() -> None:
    """What Calltouch sends as a text is masked, whatever it is declared to be."""
    sent = {one.name: one for one in COLUMNS if one.parameters and "varchar" in one.definition}
    kept = {
        name
        for table in ("leads", "lead_attributions")
        for name, decision in DECISIONS[table].items()
        if decision.treatment is Treatment.KEPT and name in sent
    }
    assert kept == set()


def test_of_texts_only_words_of_ours_are_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    types = columns_of(empty_store(tmp_path_factory))
    kept = {
        name
        for table, columns in DECISIONS.items()
        for name, decision in columns.items()
        if decision.treatment is Treatment.KEPT
        and types[table][name] not in _NO_TEXTS
        and (table, name) != ("flow_operations", "source")
    }
    assert kept == {
        *("lead_type", "tag_category", "origin", "kind", "outcome", "reason", "explanation"),
        *("app_version", "difference", "remedy", "state"),
    }
