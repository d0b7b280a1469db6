"""The places a template can stand in. Each has `check(text)`, which says what is wrong with a
template whatever the values are, and `fill(text, filler, charset)`, which writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.filling.filler import Filler
from flows.filling.places import header, json_place, mail, plain, query, url, xml


@dataclass(frozen=True, slots=True)
class Place:
    check: Callable[[str], None]
    fill: Callable[[str, Filler, str], str]


PLACES: Mapping[str, Place] = {
    "json": Place(json_place.check, json_place.fill),
    "form": Place(query.check, query.fill_form),
    "query": Place(query.check, query.fill_query),
    "url": Place(url.check, url.fill),
    "header": Place(header.check, header.fill),
    "xml": Place(xml.check, xml.fill),
    "html": Place(plain.check, mail.fill_html),
    "text": Place(plain.check, plain.fill),
    "subject": Place(plain.check, mail.fill_subject),
}
"""By the name that `calltouch flow fill --place` takes."""
