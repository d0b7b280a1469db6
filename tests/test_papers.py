"""Papers say what is there: links, files, commands, settings, tests and tables that they name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from analytics.calendar.definition import read_calendar
from calltouch.cli import COMMANDS
from dashboards.pages.register import PAGES
from dashboards.wording.texts import Texts
from docs import dbt_sources
from docs.queries import FILES as QUERIES
from docs.queries import queries
from docs.reports import REPORTS_FILE, reports_paper
from docs.tables import LANGUAGES, Language, document
from flows.definition.reading import read_flow
from receiver.settings.registry import SETTINGS
from receiver.settings.settings import PREFIX, Settings
from tests.analytics.fold.folding import new_store

ROOT = Path(__file__).parent.parent
PACKAGES = ("calltouch", "receiver", "flows", "outgoing", "analytics", "dashboards", "simulator")
FOLDERS = (*PACKAGES, "bench", "deploy", "docs", "tests")
PAPERS = sorted(
    [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]
)
READMES = [ROOT / "README.md", ROOT / "README.ru.md"]
CODE = sorted(
    path
    for folder in FOLDERS
    for ending in ("py", "sql", "c", "lua", "toml")
    for path in (ROOT / folder).rglob(f"*.{ending}")
    if path != Path(__file__)
)
DOCSTRINGS = [path for path in CODE if path.name == "__init__.py"]
FILE_NAMES = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")}
LARGEST_PICTURE = 150_000
# Which has a `flows/`, too.
IN_THE_DATA_DIRECTORY = re.compile(r"flows/(inbox|flows\.|active\.json|\*)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """Without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        file, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert list(broken_links(path)) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    paper = tmp_path / "paper.md"
    paper.write_text("## A *b* c\n[a](#a-b-c) [b](#d) [c](gone.md) [d](https://example.org/gone)")
    assert list(broken_links(paper)) == ["#d", "gone.md"]


def is_missing(file: str, folder: Path) -> bool:
    """Whether a paper or docstring in that folder names a file or folder that is not there."""
    return not any((place / file).exists() for place in (ROOT, folder))


def is_gone(file: str, folder: Path) -> bool:
    """The same for papers, which may leave out the folder once they have named it."""
    return is_missing(file, folder) and ("/" in file or file not in FILE_NAMES)


def is_missing_below(file: str, folder: Path) -> bool:
    """The same for docstrings: `sql/…` is the package's, `page.py` is in each folder."""
    package = ROOT / folder.relative_to(ROOT).parts[0]
    return (
        is_missing(file, folder)
        and not (package / file).exists()
        and not list(folder.glob(f"*/{file}"))
    )


def files_named(text: str) -> list[str]:
    """What stands in backticks and is a path in the repository, or the name of one of its files."""
    folders = "|".join(FOLDERS)
    path = rf"(?:{folders})/[\w./-]+|[\w./-]+\.(?:py|sql|md|svg|c|lua)|Makefile|\.ci/[\w/]+"
    named = re.findall(rf"`({path})`", text)
    return [file for file in named if not IN_THE_DATA_DIRECTORY.match(file)]


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = files_named(prose(path))
    assert [file for file in named if is_gone(file, path.parent)] == []


def test_a_file_that_is_gone_is_noticed() -> None:
    named = files_named("`gone.py`, `docs/gone/`, `README.md`, `data/calltouch.duckdb`, `/webhook`")
    assert [file for file in named if is_gone(file, ROOT)] == ["gone.py", "docs/gone/"]


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_module_that_is_run_exists(path: Path) -> None:
    modules = re.findall(r"python -m ([\w.]+)", text_of(path))
    files = [module.replace(".", "/") for module in modules]
    assert [file for file in files if is_missing(f"{file}.py", ROOT)] == []


@cache
def existing_tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {test for file in files for test in re.findall(r"def (test_\w+)\(", text_of(file))}


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_test_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"`(test_\w+)`", prose(path))
    assert {*named} <= existing_tests()


def test_the_tree_of_folders_is_the_one_there_is() -> None:
    tree = text_of(ROOT / "docs" / "architecture.md").partition("## The tree")[2].split("```")[1]
    folder, drawn = "", set()
    for indent, entry in re.findall(r"^( *)([\w.]+/?) ", tree, re.MULTILINE):
        folder = folder if indent else entry
        drawn.add(folder + entry if indent else entry)
    assert [entry for entry in sorted(drawn) if not (ROOT / entry).exists()] == []
    below = [child for package in PACKAGES for child in (ROOT / package).iterdir()]
    folders = [f"{name(child)}/" for child in below if child.is_dir() and any(child.glob("*.*"))]
    assert [one for one in folders if one not in drawn and "__pycache__" not in one] == []


@pytest.mark.parametrize("path", DOCSTRINGS, ids=name)
def test_the_docstring_of_a_package_names_files_that_are_there(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(text_of(path))) or ""
    files = re.findall(r"[\w/]*\w\.(?:py|sql|md)\b", docstring)
    files += re.findall(r"^\s*(\w+)/\s", docstring, re.MULTILINE)
    assert [file for file in files if is_missing_below(file, path.parent)] == []


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_command_that_is_named_exists(path: Path) -> None:
    commands = re.findall(r"(?:`|bin/)calltouch ([a-z]+)", text_of(path))
    assert {*commands} <= {*COMMANDS}


@pytest.mark.parametrize("path", READMES, ids=name)
def test_the_readmes_name_every_command_and_are_short(path: Path) -> None:
    assert [command for command in COMMANDS if f"`calltouch {command}`" not in text_of(path)] == []
    assert text_of(path).count("\n") <= 200


@pytest.mark.parametrize("path", READMES, ids=name)
def test_the_readmes_say_where_the_webhook_is_set_up(path: Path) -> None:
    menus = re.findall("«[^»]*»", Texts("ru")("cabinet.webhooks"))
    readme = " ".join(text_of(path).split())
    assert menus and [menu for menu in menus if menu not in readme] == []


def test_every_setting_is_explained() -> None:
    papers = text_of(ROOT / "README.md") + text_of(ROOT / "docs" / "settings.md")
    names = [PREFIX + setting.name.upper() for setting in SETTINGS]
    assert [setting for setting in names if f"`{setting}`" not in papers] == []


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_no_setting_is_named_that_does_not_exist(path: Path) -> None:
    names = [name for setting in SETTINGS for name in (setting.name, setting.formerly) if name]
    known = {*names, "config"}
    named = re.findall(rf"`{PREFIX}([A-Z_]+)(?:=[^`]*)?`", text_of(path))
    given = {setting.lower() for setting in named} - known
    assert {setting.removesuffix("_file") for setting in given} <= known


@pytest.mark.parametrize(
    ("paper", "table"),
    [
        ("settings.md", "webhooks"),
        ("settings.md", "alerts"),
        ("settings.md", "alert_rules"),
        ("pages.md", "mails"),
    ],
)
def test_examples_of_calltouch_toml_are_read(paper: str, table: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", text_of(ROOT / "docs" / paper), re.DOTALL)
    (example,) = (example for example in examples if f"[{table}." in example)
    for secret in re.findall(r"/run/secrets/([\w.-]+)", example):
        (tmp_path / secret).write_text("s3cret")
    file = tmp_path / "calltouch.toml"
    file.write_text(example.replace("/run/secrets", str(tmp_path)), encoding="utf-8")
    mail = {f"{PREFIX}SMTP_HOST": "mail.example", f"{PREFIX}MAIL_FROM": "a@leads.example"}
    assert getattr(Settings.load({f"{PREFIX}CONFIG": str(file), **mail}), table)


def test_the_example_of_calendar_toml_is_read() -> None:
    text = text_of(ROOT / "docs" / "settings.md")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (example,) = (example for example in examples if "[hours]" in example)
    calendar = read_calendar(example)
    assert calendar.hours
    assert calendar.days


FLOWS = re.findall(r"```toml\n(.*?)```", text_of(ROOT / "docs" / "flows.md"), re.DOTALL)
_SOURCE = '[source]\nkind = "http"\n'
_STEP = "[[steps]]\nkind = 'filter'\nwhen = [{field = 'a', is = 'b'}]\n"


@pytest.mark.parametrize("example", FLOWS, ids=range(len(FLOWS)))
def test_examples_of_flows_pass_their_check(example: str) -> None:
    """What shows a source or steps alone gets the other."""
    source = "" if "[source]" in example else _SOURCE
    steps = "" if "[[steps]]" in example else _STEP
    read = read_flow("example", source + example + steps)
    assert [str(problem) for problem in read.problems if problem.kind != "note"] == []


def test_every_page_is_described() -> None:
    described = re.findall(r"`(/\w*)`", text_of(ROOT / "docs" / "pages.md"))
    assert [page.path for page in PAGES if page.is_listed and page.path not in described] == []


@pytest.mark.parametrize("path", PAPERS, ids=name)
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"(?:`|^)make ([a-z-]+)", text_of(path), re.MULTILINE)
    targets = {*re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)}
    assert {*named} <= targets


def test_code_cites_rules_that_docs_fold_md_has() -> None:
    """And no paper outside the repository."""
    rules = re.findall(r"^## (\d+)\. ", text_of(ROOT / "docs" / "fold.md"), re.MULTILINE)
    assert rules == [str(number + 1) for number in range(len(rules))]
    for path in CODE:
        text = text_of(path)
        cited = re.findall(r"\b[Rr]ules? (\d+)(?:(?: to|,| and) (\d+))*", text)
        assert {number for numbers in cited for number in numbers if number} <= {*rules}, name(path)
        assert not re.search(r"design\.md|house\.md|reference/\w|§ ?\d", text), name(path)
        papers = re.findall(r"\bdocs/[\w/-]+\.md\b", text)
        assert [paper for paper in papers if is_missing(paper, ROOT)] == [], name(path)


def test_the_sources_of_dbt_are_current() -> None:
    assert text_of(dbt_sources.PATH) == dbt_sources.document(), "make docs"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_the_papers_about_tables_are_current(tmp_path: Path, language: Language) -> None:
    with new_store(tmp_path) as db:
        check_tables(db, language)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_a_changed_comment_says_make_docs(tmp_path: Path, language: Language) -> None:
    with new_store(tmp_path) as db:
        db.execute("comment on column leads.manager is 'кто-то другой | somebody else'")
        with pytest.raises(AssertionError, match="make docs"):
            check_tables(db, language)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.file)
def test_a_deprecated_name_is_listed(tmp_path: Path, language: Language) -> None:
    comment = "deprecated: есть staff | deprecated: take staff"
    with new_store(tmp_path) as db:
        db.execute(f"comment on column leads.manager is '{comment}'")
        db.execute(f"comment on view missed_calls is '{comment}'")
        listed = document(db, language).partition(language.deprecated)[2]
    assert re.findall(r"^\| `(\S+)` \| deprecated: ", listed, re.MULTILINE) == [
        *("missed_calls", "leads.manager"),
    ]


def check_tables(db: DuckDBPyConnection, language: Language) -> None:
    is_current = document(db, language) == text_of(language.path)
    assert is_current, f"docs/{language.file} does not say what the store's comments say: make docs"


@pytest.mark.parametrize("language", QUERIES)
def test_the_papers_about_queries_are_current(language: str) -> None:
    is_current = queries(language) == text_of(ROOT / "docs" / QUERIES[language])
    assert is_current, f"docs/{QUERIES[language]} is not what the examples say: make docs"


def test_the_paper_about_reports_is_current() -> None:
    is_current = reports_paper() == text_of(REPORTS_FILE)
    assert is_current, "docs/reports.md is not what reports and pages say: make docs"


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert [name(one) for one in pictures if one.stat().st_size > LARGEST_PICTURE] == []
