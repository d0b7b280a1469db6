"""The picture of the tables: which belong together, and what names a row of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.relations import JOINS, ROW_KEYS, TableJoin

_PLACES = (
    (
        *("leads_by_day", "calendar", "lead_attributions", "lead_tags", "lead_comments"),
        *("lead_url_params", "suspected_gaps", "delivery_gaps"),
    ),
    ("requests", "leads", "calls"),
    (
        *("lead_changes", "deliveries", "flow_operations", "flow_attempts"),
        *("missed_calls", "call_phrases", "reconciliation", "reconciliation_differences"),
    ),
)
"""From left to right, from top to bottom. A join is drawn between neighbours."""
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _EDGE = 290, 52, 410, 72, 8


@dataclass(frozen=True, slots=True)
class DiagramBox:
    """A table, where it stands, and the columns of its key."""

    name: str
    key: str
    x: float
    y: float
    width: float = _WIDTH
    height: float = _HEIGHT


@dataclass(frozen=True, slots=True)
class DiagramLine:
    """A join. `path`: from the many to the one."""

    path: str
    title: str
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """`width`, `height`: of what it covers."""

    boxes: Sequence[DiagramBox]
    lines: Sequence[DiagramLine]
    width: float
    height: float


def diagram() -> Diagram:
    boxes = {box.name: box for box in _boxes()}
    lines = [_line(join, boxes[join.many], boxes[join.one]) for join in JOINS]
    width = max(box.x + box.width for box in boxes.values()) + _EDGE
    height = max(box.y + box.height for box in boxes.values()) + _EDGE
    return Diagram(tuple(boxes.values()), lines, width, height)


def _boxes() -> Iterator[DiagramBox]:
    most = max(map(len, _PLACES))
    for across, names in enumerate(_PLACES):
        spread = most / len(names)
        for down, name in enumerate(names):
            y = _EDGE + ((down + 0.5) * spread - 0.5) * _DOWN
            yield DiagramBox(name, _short(ROW_KEYS.get(name, ())), _EDGE + across * _ACROSS, y)


def _short(key: Sequence[str]) -> str:
    return ", ".join(key if len(key) <= 3 else (*key[:2], "…"))


def _line(join: TableJoin, many: DiagramBox, one: DiagramBox) -> DiagramLine:
    title = f"{join.many} → {join.one}: {', '.join(join.columns)}"
    return DiagramLine(_path(many, one), title, join.is_optional)


def _path(many: DiagramBox, one: DiagramBox) -> str:
    if many.x == one.x:
        middle = many.x + many.width / 2
        begin, end = (
            (many.y, one.y + one.height) if many.y > one.y else (many.y + many.height, one.y)
        )
        return f"M{middle:.0f} {begin:.0f}V{end:.0f}"
    is_right = many.x > one.x
    begin, end = (many.x, one.x + one.width) if is_right else (many.x + many.width, one.x)
    from_y, to_y = many.y + many.height / 2, one.y + one.height / 2
    # Lines that end at one box come from above and below it in that order.
    to_y += max(-one.height / 2 + 6, min(one.height / 2 - 6, (from_y - to_y) / 12))
    half = (begin + end) / 2
    bend = f"{half:.0f} {from_y:.0f} {half:.0f} {to_y:.0f} {end:.0f} {to_y:.0f}"
    return f"M{begin:.0f} {from_y:.0f}C{bend}"
