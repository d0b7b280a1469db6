"""Statements put together at random: what passes the gate names nothing that is not listed."""

import random
from pathlib import Path

import duckdb

from analytics.sql_sandbox import gate
from analytics.sql_sandbox.refused import Refused
from tests.analytics.sql_sandbox.keyed_file import ATTEMPTS, make_keyed_file
from tests.faults.rounds import SEED

STATEMENTS = 4000
TABLES = ("leads", "calls", "freshness")
# What none of these tables, columns and allowed functions says: it can come only from elsewhere.
FORBIDDEN = ("getenv", "current_setting", "duckdb_settings", "read_text", "deliveries")
EXPRESSIONS = (
    *("1", "lead_id", "source", "$d", "getenv('HOME')", "current_setting('threads')"),
    *("upper({e})", "({q})", "case when {e} then {e} end", "[{e}]", "[x for x in [{e}] if {e}]"),
    *(
        "{{'a': {e}}}.a",
        "coalesce({e}, {e})",
        "list_transform([{e}], lambda x: {e})",
        "{e} in ({q})",
    ),
    *("sum({e}) over (partition by {e})", "count(*) filter (where exists ({q}))", "{e}::varchar"),
)
SOURCES = (
    *("leads", "calls", '"LEADS"', "duckdb_settings()", "duckdb_settings", "read_text({e})"),
    *("digest.deliveries", "({q})", "range({e})", "a", "b", "unnest([{e}])", "lateral ({q})"),
    *("{s} join {s} on {e}", "(values ({e}))", "(pivot {s} on source in ('x') using count(*))"),
)
SELECTS = (
    *("select {e} from {s}", "from {s}", "select {e}", "values ({e})", "{q} union all {q}"),
    *(
        "select {e} from {s} where {e} group by all having {e} order by {e} limit 3",
        "select * from {s}",
    ),
    *("with a as ({q}) {q}", "with a as ({q}), b as ({q}) {q}", "with {f} as ({q}) {q}"),
    *("with recursive a as ({q} union all {q}) {q}", "select * replace ({e} as source) from {s}"),
)


def grown(random_: random.Random, pattern: str, depth: int) -> str:
    """The pattern with its places filled in: `e`xpression, `s`ource, `q`uery."""
    kinds = {"e": EXPRESSIONS, "s": SOURCES, "q": SELECTS}
    filled = ""
    rest = pattern
    while "{" in rest:
        before, _, rest = rest.partition("{")
        if rest.startswith("{"):
            filled, rest = f"{filled}{before}{{", rest[1:]
            continue
        name, _, rest = rest.partition("}")
        if name == "f":
            filled += before + random_.choice(("duckdb_settings", "leads", "c"))
            continue
        choices = kinds[name] if depth else kinds[name][:3]
        filled += before + grown(random_, random_.choice(choices), max(depth - 1, 0))
    return (filled + rest).replace("}}", "}")


def test_what_passes_the_gate_plans_nothing_that_is_not_listed(tmp_path: Path) -> None:
    random_ = random.Random(SEED)
    passed = 0
    with duckdb.connect(make_keyed_file(tmp_path / "k.duckdb"), read_only=True) as db:
        for _ in range(STATEMENTS):
            sql = grown(random_, random_.choice(SELECTS), 3)
            try:
                gate.pass_gate(db, sql, TABLES)
            except Refused:
                continue
            passed += 1
            assert not any(word in without_names(sql) for word in FORBIDDEN), sql
    assert passed > STATEMENTS / 20


def without_names(sql: str) -> str:
    """A WITH clause may call its own as it likes, as long as nothing else is meant by it."""
    return sql if "with duckdb_settings as" not in sql else sql.replace("duckdb_settings", "")


def test_broken_attempts_are_refused_or_harmless(tmp_path: Path) -> None:
    """Letters lost, doubled or exchanged: never an error of another kind than a refusal."""
    random_ = random.Random(SEED + 1)
    with duckdb.connect(make_keyed_file(tmp_path / "k.duckdb"), read_only=True) as db:
        for _ in range(STATEMENTS):
            letters = list(random_.choice(ATTEMPTS))
            for _ in range(random_.randint(1, 3)):
                place = random_.randrange(len(letters))
                letters[place] = random_.choice(
                    ("", letters[place] * 2, "'", "(", " ", ";", "\x00")
                )
            try:
                gate.pass_gate(db, "".join(letters), TABLES)
            except Refused:
                continue
            assert not any(word in "".join(letters).split("'")[0] for word in FORBIDDEN[:4])
