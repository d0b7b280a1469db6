"""How the cells of a workbook look: what is a date there, a percentage, a heading."""

from dataclasses import dataclass, field
from typing import Any

from dashboards.page.tables import TypedValue

_DAYS = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
_MONTHS = {"ru": "[$-419]mmmm yyyy", "en": "[$-409]mmmm yyyy"}
_LINK = {"font_color": "#0563C1", "underline": 1}
_REST = {"italic": True}
_FAINT = {"font_color": "#767676"}
_MOST_LEVELS = 15


@dataclass(frozen=True, slots=True)
class Look:
    """Of the cells of a row; see `Row`. `is_link`: it leads to a lead's card."""

    is_rest: bool = False
    is_faint: bool = False
    level: int = 0
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook, each made once."""

    book: Any
    language: str
    made: dict[object, Any] = field(default_factory=dict)

    def heading(self, kind: str) -> Any:
        side = "right" if kind == "number" else "left"
        look = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "align": side}
        return self._format(("heading", kind), look | {"bg_color": "#EDEFF2"})

    def title(self) -> Any:
        return self._format("title", {"bold": True, "font_size": 14})

    def label(self) -> Any:
        return self._format("label", {"bold": True, "valign": "top"})

    def paragraph(self) -> Any:
        return self._format("paragraph", {"text_wrap": True, "valign": "top"})

    def cell(self, typed: TypedValue | None, look: Look) -> Any:
        """None for a text that looks like any other."""
        number = "" if typed is None else self.number_format(typed)
        if not number and look == Look():
            return None
        properties: dict[str, object] = {"num_format": number} if number else {}
        properties |= _REST if look.is_rest else {}
        properties |= _FAINT if look.is_faint else {}
        properties |= _LINK if look.is_link else {}
        if look.level:
            properties["indent"] = min(look.level, _MOST_LEVELS)
        return self._format((number, look), properties)

    def number_format(self, typed: TypedValue) -> str:
        decimals = f".{'0' * typed.decimals}" if typed.decimals else ""
        day = _DAYS[self.language]
        return {
            "number": f"#,##0{decimals}",
            "difference": "+#,##0;-#,##0;0",
            "share": f"0{decimals}%",
            "seconds": "[h]:mm:ss",
            "day": day,
            "month": _MONTHS[self.language],
            "moment": f"{day} hh:mm",
            "id": "0",
        }[typed.kind]

    def _format(self, key: object, properties: dict[str, object]) -> Any:
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]
