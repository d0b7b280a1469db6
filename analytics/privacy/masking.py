"""The rows of an answer as somebody may see them who may not see everything in them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from analytics.privacy.clearance import Clearance
from analytics.privacy.columns import held_by_column, held_by_field
from analytics.privacy.contacts import HIDDEN, NOBODY, Contacts
from analytics.privacy.holds import Content, ContentOf, Privacy
from analytics.privacy.masks import (
    TEXT_MASKS,
    WHOLE_MASKS,
    Mask,
    mask_of_url_param,
    plain,
    without_contacts,
)
from analytics.privacy.people import People, PeopleThenAndNow
from analytics.reports.filters import FILTERS

Row = tuple[Any, ...]
_SEARCHED = (
    Privacy.LINK,
    Privacy.TEXT,
    Privacy.COMMENT,
    Privacy.URL_PARAMS,
)


class Masking:
    """For answers with these columns. `lead_id`: of the lead that all rows are about.

    What is sure by its column is masked by that; texts lose what looks like a contact, what belongs
    to the person whose lead it is, and phones and full names of anybody in the file.
    """

    def __init__(
        self,
        columns: Mapping[str, Content | None],
        clearance: Clearance,
        people: People | PeopleThenAndNow,
        lead_id: int | None = None,
    ) -> None:
        self._contents = list(columns.values())
        self._places = {name: place for place, name in enumerate(columns)}
        self._clearance = clearance
        self._people = people
        self._lead_id = lead_id

    def __call__(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Asks the file once or twice for any number of rows."""
        if self._clearance is Clearance.EVERYTHING:
            return rows
        if self._clearance is Clearance.PERSONAL:
            return rows if None not in self._contents else [self._declared(row) for row in rows]
        texts = set(self._texts(rows))
        anybody = self._people.among(texts)
        place = self._places.get("lead_id")
        leads = [self._lead_id if place is None else row[place] for row in rows]
        owners = self._owners(leads)
        if not owners:
            anybody |= self._people.alone(texts)
        also = owners.get(self._lead_id, NOBODY) | anybody
        return [
            self._masked(row, owners.get(lead, NOBODY) | also)
            for row, lead in zip(rows, leads, strict=True)
        ]

    def _declared(self, row: Row) -> Row:
        pairs = zip(row, self._contents, strict=True)
        return tuple(_hidden(value) if content is None else value for value, content in pairs)

    def _owners(self, leads: Sequence[int | None]) -> Mapping[int | None, Contacts]:
        ids = {lead for lead in (*leads, self._lead_id) if lead is not None}
        return self._people.of_leads(sorted(ids)) if ids else {}

    def _texts(self, rows: Sequence[Row]) -> Iterator[str]:
        """That may hold a contact of anybody."""
        for place, content in enumerate(self._contents):
            if isinstance(content, ContentOf) or content in _SEARCHED:
                for row in rows:
                    yield from _texts_in(row[place])

    def _masked(self, row: Row, known: Contacts) -> Row:
        pairs = zip(row, self._contents, strict=True)
        return tuple(_given(value, self._mask(row, content, known)) for value, content in pairs)

    def _mask(self, row: Row, content: Content | None, known: Contacts) -> Mask | None:
        if isinstance(content, ContentOf):
            named = row[self._places[content.column]]
            if named is None:
                return None
            if content.named == "url_param":
                return mask_of_url_param(named, known)
            content = _held_by(named, content.named)
        return mask_of(content, known)


def mask_of(content: Content | None, known: Contacts = NOBODY) -> Mask | None:
    """What is done to values of this content; None: they are not shown at all."""
    if not isinstance(content, Privacy):
        return None
    if content in WHOLE_MASKS:
        return WHOLE_MASKS[content]
    return partial(TEXT_MASKS[content], known=known)


def mask_filter(name: str, value: str) -> str:
    """A value that somebody has chosen for a filter, as it is noted and logged."""
    mask = mask_of(held_by_column(_FILTERED.get(name, name))) or without_contacts
    return mask(value)


def _held_by(named: str, kind: str) -> Content:
    """A field that nobody has declared is a parameter that Calltouch does not document."""
    if kind == "filter":
        return held_by_column(_FILTERED.get(named, named)) or Privacy.ANYTHING
    return held_by_field(named) or Privacy.ANYTHING


_FILTERED = {
    **{one.name: one.column for one in FILTERS if one.column},
    **dict.fromkeys(("tags", "tags_any", "tags_not", "id_or_tag"), "tag"),
    **{name: name[:-2] for name in ("source_0", "source_1", "medium_0", "medium_1")},
}


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def _given(value: Any, mask: Mask | None) -> Any:
    if mask is None:
        return _hidden(value)
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_given(one, mask) for one in value]
    if isinstance(value, dict):
        return {name: _given(one, mask) for name, one in value.items()}
    # A number may be a phone or a hash of one, but not in the midst of texts.
    return value if mask is plain or isinstance(mask, partial) else None


def _hidden(value: Any) -> Any:
    """Of the same type, as Parquet wants it."""
    if isinstance(value, list):
        return [_hidden(one) for one in value]
    return HIDDEN if isinstance(value, str) else None
