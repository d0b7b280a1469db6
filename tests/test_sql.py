"""SQL stands in files and is bound, never put together from texts."""

import re
from pathlib import Path

import pytest

from analytics.examples import EXAMPLES
from analytics.reports.filters import SETS
from analytics.statements import _TEMPLATES
from tests.built_sql import built_sql

ROOT = Path(__file__).parent.parent
PACKAGES = ("calltouch", "receiver", "flows", "outgoing", "analytics", "dashboards", "simulator")
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
SQL = ROOT / "analytics" / "sql"
STATEMENTS = {
    str(path.relative_to(SQL)): path.read_text(encoding="utf-8") for path in SQL.rglob("*.sql")
}


def test_sql_is_bound_never_put_together() -> None:
    assert built_sql(SOURCES) == set()


BUILT = {
    "an f-string": 'db.execute(f"select * from {table}")',
    "plus": 'db.execute("select * from " + table)',
    "percent": 'db.execute("select * from %s" % table)',
    "format": 'db.execute("select * from {}".format(table))',
    "replace": 'db.execute("select * from leads".replace("leads", table))',
    "join": 'db.execute(" ".join(["select * from", table]))',
    "a pattern": 'db.execute(re.sub("leads", table, "select * from leads"))',
    "a variable": 'sql = "use "\nsql += table\ndb.execute(sql)',
    "a list of statements": 'for sql in ("use a", f"use {table}"):\n    db.execute(sql)',
    "a chosen one": 'db.execute("use a" if table is None else f"use {table}")',
    "a passing function": 'db.execute(dedent(f"use {table}"))',
    "a function": 'def made():\n    return f"use {table}"\ndb.execute(made())',
    "a parameter": 'def run(db, sql):\n    db.execute(sql)\nrun(db, f"use {table}")',
    "a keyword": 'def run(db, *, sql):\n    db.execute(sql)\nrun(db, sql=f"use {table}")',
    "a property": (
        "class Step:\n    @property\n    def text(self):\n        return f'use {table}'\n"
        "db.execute(Step().text)"
    ),
    "an attribute": (
        "class Step:\n    def __init__(self):\n        self._text = f'use {table}'\n"
        "    def run(self, db):\n        db.execute(self._text)"
    ),
    "a field": (
        "class Step:\n    name: str\n    text: str\n"
        "step = Step('a', f'use {table}')\ndb.execute(step.text)"
    ),
    "many rows": 'db.executemany(f"insert into {table} values (?)", rows)',
    "a relation": "db.sql(f'from {table}')",
    "what is never executed here": 'QUERY = f"select * from {table}"',
}


@pytest.mark.parametrize("source", BUILT.values(), ids=list(BUILT))
def test_every_way_of_putting_sql_together_is_seen(source: str) -> None:
    assert built_sql({"place.py": source})


def test_sql_of_another_module_is_seen() -> None:
    sources = {
        "known/texts.py": 'QUERY = "use {}".format(table)',
        "known/asking.py": "from known.texts import QUERY\ndb.execute(QUERY)",
    }
    assert built_sql(sources) == {("known/texts.py", 1)}


def test_what_is_bound_or_a_template_is_left_alone() -> None:
    source = """
QUERY = "select * from leads " "where lead_id = ?"
for table in ("leads", "deliveries"):
    db.execute(rendered(f"schema/{table}", table=table))
    db.execute(statement("a" + "b"))
db.execute(QUERY, [f"{first}-{second}"])
db.execute("attach $path", {"path": ", ".join(names)})
message = f"{count} deliveries: {', '.join(names)}" + "."
"""
    assert built_sql({"place.py": source}) == set()


@pytest.mark.parametrize("path", STATEMENTS)
def test_templates_hold_no_values(path: str) -> None:
    """A value in quotes would not be escaped; `literal` quotes what cannot be bound."""
    assert not re.search(r"'[^'\n]*\{\{[^'\n]*'", STATEMENTS[path].replace("{{ link }}", ""))


def test_sql_that_is_shown_runs_in_older_and_newer_duckdb() -> None:
    """Readers run it in their own: `lambda x:` is unknown to 1.1, `x ->` is to go."""
    for path, text in STATEMENTS.items():
        if path.startswith(("reports/", "picking/", "gaps/", "examples/", "definitions")):
            assert not re.search(r"\blambda\b|->", text), path


def test_no_report_or_step_is_forgotten() -> None:
    """Every SQL file is named by some Python file, or by another SQL file."""
    sources = "\n".join(SOURCES.values())
    texts = "\n".join(STATEMENTS.values())
    for path in STATEMENTS:
        stem = Path(path).stem
        if path.startswith("picking/only/"):
            assert stem in (*SETS, "clean"), path
        elif path.startswith("reports/parts/"):
            assert f'part("{stem}")' in texts or f'include "{path}"' in texts, path
        elif path.startswith("examples/"):
            assert stem in {example.name for example in EXAMPLES}, path
        else:
            named = f'"{stem}"' in sources or f"/{stem}" in sources or f'include "{path}"' in texts
            assert named or path == "definitions.sql", path


def test_every_definition_is_used() -> None:
    texts = "\n".join(re.findall(r"\{[{%].*?[}%]\}", "\n".join(STATEMENTS.values())))
    defined = vars(_TEMPLATES.get_template("definitions.sql").module)
    for name in (name for name in defined if not name.startswith("_")):
        uses = len(re.findall(rf"\b{name}\b", texts))
        assert uses > 1, f"{name} is defined and never used"


@pytest.mark.parametrize("path", sorted(STATEMENTS))
def test_no_window_counts_with_a_filter(path: str) -> None:
    """`count(*) filter (…) over ()` takes DuckDB 11 s for 100,000 rows; count(if(…)), 3 ms."""
    text = re.sub(r"\s+", " ", STATEMENTS[path])
    assert not re.search(r"filter \(where [^()]*(\([^()]*\)[^()]*)*\) over \(", text)
