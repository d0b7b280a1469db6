"""The catalogue is complete: every text in both languages, none missing, none left over."""

import re
import string
from collections.abc import Mapping
from pathlib import Path

import dashboards
from dashboards.wording.texts import CABINET, LANGUAGES, Texts, Written, catalogue

ROOT = Path(dashboards.__file__).parent
FORMS = {"counts": {"ru": {3}, "en": {2}}, "calendar": {"ru": {7, 12}, "en": {7, 12}}}


def sources(*endings: str) -> str:
    folders = (ROOT, ROOT.parent / "analytics")
    wanted = endings or ("py", "html")
    paths = [path for folder in folders for end in wanted for path in folder.rglob(f"*.{end}")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def placeholders(written: Written) -> set[str | None]:
    text = written if isinstance(written, str) else " ".join(written)
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def is_complete(written: Mapping[str, Written]) -> bool:
    blanks = {frozenset(placeholders(text)) for text in written.values()}
    return set(written) == set(LANGUAGES) and all(written.values()) and len(blanks) == 1


def test_every_text_exists_in_every_language_with_the_same_blanks() -> None:
    assert [key for key, written in catalogue().items() if not is_complete(written)] == []


def has_its_forms(key: str, language: str, written: Written) -> bool:
    expected = FORMS.get(key.partition(".")[0])
    if expected is None:
        return isinstance(written, str)
    return not isinstance(written, str) and len(written) in expected[language]


def test_forms_are_as_many_as_the_language_has() -> None:
    wrong = [
        f"{key} ({language})"
        for key, languages in catalogue().items()
        for language, written in languages.items()
        if not has_its_forms(key, language, written)
    ]
    assert wrong == []


def put_together(text: str) -> list[re.Pattern[str]]:
    """What stands where a key is made of parts: f"unit.{unit}", "auditor." ~ one.finding ~ "_why",
    or a beginning that is handed to somebody who ends it."""
    formatted = re.findall(r"f\"((?:\w+|\{\w+\})\.[\w{}\[\]'. -]*)\"", text)
    found = [re.sub(r"\{[^}]*\}", "{}", template) for template in formatted]
    found += [template.replace("{}{}", "{}") for template in found]
    joined = re.findall(r"[\"'](\w+\.\w*)[\"'] ~ [^~()]+?(?: ~ [\"'](\w+)[\"'])?\)", text)
    found += [f"{beginning}{{}}{end}" for beginning, end in joined]
    found += [f"{beginning}{{}}" for beginning in re.findall(r"\"(\w+\.(?:\w+_)?)\"", text)]
    return [re.compile(one.replace(".", r"\.").replace("{}", r"(\w+)")) for one in found]


def test_no_text_is_left_over() -> None:
    """Each is named in full, or put together with a word that stands somewhere by itself."""
    text = sources()
    named = set(re.findall(r"[\"']([\w.]+)[\"']", text))
    words = named | set(re.findall(r"\w+", sources("sql"))) | {"0", "1"}
    nouns = {f"counts.{noun}" for noun in re.findall(r"(?:count|plural)\(\"(\w+)\"", text)}
    patterns = put_together(text)

    def is_used(key: str) -> bool:
        name = key.partition(".")[2]
        if key in named | nouns or name in ("title", "question"):
            return True
        if key.removesuffix("_why") in named:
            return True
        founds = (pattern.fullmatch(key) for pattern in patterns)
        return any(set(found.groups()) <= words for found in founds if found is not None)

    assert [key for key in catalogue() if not is_used(key)] == []


def test_no_text_is_missing() -> None:
    sections = {key.partition(".")[0] for key in catalogue()}
    asked = set(re.findall(r"\bt\([\"'](\w+\.\w+)[\"'][,)]", sources()))
    asked |= set(re.findall(r"\btexts\([\"'](\w+\.\w+)[\"'][,)]", sources()))
    assert asked - set(catalogue()) == set()
    assert {key.partition(".")[0] for key in asked} <= sections


def test_templates_hold_no_text_of_their_own() -> None:
    for path in ROOT.rglob("*.html"):
        markup = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search("[а-яё]", markup, flags=re.IGNORECASE), path


def test_where_things_are_in_the_cabinet_is_said_once() -> None:
    """Calltouch has moved its menus: the newer path first, the older one in brackets."""
    paths = {name: catalogue()[f"cabinet.{name}"] for name in CABINET}
    assert "«Интеграции → Отправка данных во внешние системы → Вебхуки»" in paths["webhooks"]["ru"]
    assert "(раньше «Интеграции → API и Webhooks → Webhooks»)" in paths["webhooks"]["ru"]
    assert "«Интеграции → Отправка данных во внешние системы → API»" in paths["api"]["ru"]
    assert "«Настройки → Сбор данных → Статистика»" in paths["statistics"]["ru"]
    spelt_out = re.compile(r"API и Webhooks|Отправка данных|Сбор данных")
    found = [
        path.name
        for ending in ("py", "html", "toml", "js")
        for folder in (ROOT, ROOT.parent / "receiver", ROOT.parent / "analytics")
        for path in folder.rglob(f"*.{ending}")
        if spelt_out.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["cabinet.toml"]
    readme = (ROOT.parent / "README.md").read_text(encoding="utf-8")
    said = re.findall("«[^»]*»", str(paths["webhooks"]["ru"]))
    assert [path for path in said if path not in " ".join(readme.split())] == []
    for language in LANGUAGES:
        shown = Texts(language)("models.open_cabinet")
        assert Texts(language)("cabinet.webhooks") in shown
