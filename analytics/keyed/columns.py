"""The columns of the keyed file: those of the published one, as they are decided."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from analytics.keyed.register import DECISIONS, ColumnDecision, Decisions, Treatment
from analytics.privacy.holds import Privacy
from analytics.statements import rendered, statement

_NOTES: Mapping[Treatment, tuple[str, str]] = {
    Treatment.MASKED: ("контакты в тексте скрыты", "contacts in the text are hidden"),
    Treatment.PLACE: (
        "без параметров, контакты скрыты",
        "without its query, contacts are hidden",
    ),
    Treatment.OWN_PHONE: ("телефоны клиентов скрыты", "phones of clients are hidden"),
    Treatment.FIELD: (
        "имена не из документации Calltouch скрыты",
        "names that Calltouch does not document are hidden",
    ),
    Treatment.FIELDS: (
        "только имена из документации Calltouch",
        "only names that Calltouch documents",
    ),
    Treatment.VALUE: (
        "только числа и признаки, иначе NULL",
        "only of numbers and flags, else NULL",
    ),
    Treatment.KEYED: (
        "вместо значения ключ (HMAC): равным значениям — равные ключи",
        "a key (HMAC) in the place of the value: equal values have equal keys",
    ),
}
"""What is said of a column, in both languages, besides what it holds."""


@dataclass(frozen=True, slots=True)
class KeyedColumn:
    """`value`: SQL of what is masked. `masked_in`: the table that says what becomes of it."""

    table: str
    name: str
    named: str
    type: str
    is_nullable: bool
    comment: str
    treatment: Treatment
    holds: Privacy | None
    kind: str | None

    @property
    def value(self) -> str:
        if self.treatment is Treatment.PLACE:
            return rendered("keyed/place", name=self.name)
        return rendered("keyed/value", name=self.name)

    @property
    def masked_in(self) -> str | None:
        return None if self.holds is None else self.way_of(self.holds)

    @staticmethod
    def way_of(holds: Privacy) -> str:
        return f"masked {holds.name.lower()}"


def keyed_columns(db: DuckDBPyConnection) -> dict[str, list[KeyedColumn]]:
    """By table, of the catalog `published`; what nobody has decided is not among them."""
    found: dict[str, list[KeyedColumn]] = {}
    for table, name, kind, is_nullable, comment in db.execute(
        statement("keyed/columns")
    ).fetchall():
        decision = _decision(DECISIONS.get(table, {}), name)
        if decision.treatment is not Treatment.LEFT_OUT:
            column = _column(table, name, kind, is_nullable, comment or "", decision)
            found.setdefault(table, []).append(column)
    return found


def _decision(decisions: Decisions, name: str) -> ColumnDecision:
    return decisions.get(name, ColumnDecision(Treatment.LEFT_OUT))


def _column(
    table: str, name: str, kind: str, is_nullable: bool, comment: str, decision: ColumnDecision
) -> KeyedColumn:
    return KeyedColumn(
        table,
        name,
        decision.named or name,
        kind,
        is_nullable,
        _comment(comment, decision.treatment),
        decision.treatment,
        decision.holds,
        decision.kind,
    )


def _comment(comment: str, treatment: Treatment) -> str:
    notes = _NOTES.get(treatment)
    if notes is None:
        return comment
    parts = comment.split(" | ")
    return " | ".join(f"{part}; {note}" for part, note in zip(parts, notes, strict=False))


def masked_columns(tables: Iterable[Iterable[KeyedColumn]]) -> Iterator[KeyedColumn]:
    for columns in tables:
        yield from (column for column in columns if column.holds is not None)
