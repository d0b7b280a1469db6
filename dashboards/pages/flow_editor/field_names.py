"""What the fields of the editor are called: by the key, where it means something else by both the
kind of the table and the key."""

from dataclasses import dataclass

from dashboards.wording.texts import Texts, catalogue

_WRITTEN = {
    "equal": "equal",
    "go on": "go_on",
    "newly refused": "newly_refused",
    "no longer refused": "no_longer_refused",
    "newly skipped": "newly_skipped",
    "no longer skipped": "no_longer_skipped",
    "not comparable": "not_comparable",
}
_TYPES = ("text", "texts", "number", "boolean", "null", "list", "object")


@dataclass(frozen=True, slots=True)
class FieldNames:
    texts: Texts

    def field(self, kind: str, key: str) -> str:
        special = f"flow_editor.field_{kind}_{key}"
        return self.texts(special if special in catalogue() else f"flow_editor.field_{key}")

    def hint(self, key: str) -> str:
        """Empty where the name says it all."""
        hint = f"flow_editor.hint_{key}"
        return self.texts(hint) if hint in catalogue() else ""

    def choice(self, word: str) -> str:
        """A word of the file, or a verdict, as people say it; a method stays itself."""
        written = _WRITTEN.get(word, word)
        key = f"flow_editor.choice_{written}"
        return self.texts(key) if key in catalogue() else word

    def type(self, word: str) -> str:
        return self.texts(f"flow_editor.type_{word}") if word in _TYPES else word
