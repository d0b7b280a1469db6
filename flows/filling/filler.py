"""Placeholders become values: looked up, filtered, and written for their place. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.filling.filters import MEETS_ABSENT, FilterSettings, JsonText, checked_filter, plain_text
from flows.filling.lookup import SECRET, Fields
from flows.filling.template import Placeholder, Template
from flows.json_documents import written
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal


@dataclass(slots=True)
class Filler:
    """`hides_secrets`: their placeholders stay, as in what is stored. `notes`: what was odd, like
    `absent: utm_term`; each once."""

    fields: Fields
    settings: FilterSettings
    hides_secrets: bool = False
    notes: list[str] = field(default_factory=list)

    def fill(self, template: Template, write: Callable[[str], str]) -> str:
        """`write` writes a value's text for its place; the template's own texts stay."""
        return "".join(
            part if isinstance(part, str) else self._write(part, write) for part in template.parts
        )

    def text(self, template: Template) -> str:
        return self.fill(template, str)

    def value(self, placeholder: Placeholder) -> Any:
        """After its filters. Raises `FlowRefusal` at the placeholder."""
        try:
            return self._filtered(placeholder)
        except FlowRefusal as refusal:
            raise FlowRefusal(refusal.reason, placeholder.written, refusal.hint) from None

    def is_hidden(self, placeholder: Placeholder) -> bool:
        return self.hides_secrets and placeholder.name.startswith(SECRET)

    def _write(self, placeholder: Placeholder, write: Callable[[str], str]) -> str:
        if self.is_hidden(placeholder):
            return placeholder.written
        value = value_text(self.value(placeholder))
        try:
            return write(value)
        except FlowRefusal as refusal:
            raise FlowRefusal(refusal.reason, placeholder.written, refusal.hint) from None

    def _filtered(self, placeholder: Placeholder) -> Any:
        value = placeholder.literal
        if value is None:
            value = self.fields.find(placeholder.name)
            if value is ABSENT:
                self._note(f"absent: {placeholder.name}")
        for call in placeholder.filters:
            change = checked_filter(call.name, call.arguments)
            if value is not ABSENT or call.name in MEETS_ABSENT:
                value = change(value, self.settings, *call.arguments)
        return value

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def value_text(value: Any) -> str:
    if isinstance(value, JsonText):
        return "null" if value.value is ABSENT else written(value.value)
    return plain_text(value)


def check_filters(template: Template) -> None:
    """What the filling itself would refuse whatever the values are. Raises `FlowRefusal`."""
    for placeholder in template.placeholders:
        for call in placeholder.filters:
            try:
                checked_filter(call.name, call.arguments)
            except FlowRefusal as refusal:
                hint = f"{refusal.at} {refusal.hint}".strip()
                raise FlowRefusal(refusal.reason, placeholder.written, hint) from None
