"""Which values of a person's own lead end: by what the list of parameters says they hold."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from analytics.fold.written import MARKERS
from analytics.parameters import PARAMETERS
from analytics.parameters.kinds import BIGINT
from analytics.privacy.holds import Privacy
from analytics.privacy.param_names import says_person
from analytics.stand_ins import is_stand_in
from receiver.decode import MAX_VALUE
from receiver.erasing.encoded import unescaped
from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.mentions import NamesSought
from receiver.erasing.spelling import Replacement, Spelling
from receiver.erasing.stand_ins import StandIns

_IN_LISTS: Mapping[tuple[str, str], Privacy] = {
    ("comment", "party"): Privacy.WORDS,
    ("text", "channel"): Privacy.WORDS,
    ("add_url_params", "name"): Privacy.LINK,
}
_ENDED = (
    Privacy.COMMENT,
    Privacy.NAME,
    Privacy.PHONE,
    Privacy.EMAIL,
    Privacy.ADDRESS,
    Privacy.IDENTIFIER,
    Privacy.RECORDING,
    Privacy.ANYTHING,
)
_OF_STAFF = (Privacy.NOTHING, Privacy.WORDS)
"""Staff, cities and statuses: a client's name there is somebody else's."""
# A flag, a count, a version: nothing that tells anybody.
_PLAIN = re.compile(r"-?\d{1,6}(?:[.,]\d{1,6})?|true|false|yes|no|on|off|null|none|да|нет", re.I)
# What advertisers' systems know one click or one browser by.
_CLICK_IDS = re.compile(
    r"(?:y|g|fb|ms|d|tt|rb_?|vk_?|ys|wb|li_fat_|gb|wbra|gbra)cl?i?d|ysclid|yclid|gclid|fbclid"
    r"|wbraid|gbraid|_openstat|_?ym_?uid|ym_?client_?id|_ga|_gcl_\w+|_fb[cp]|_ct\w*|client_?id"
    r"|roistat\w*|visitor_?id|session_?id|user_?id|uid|cookie",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?<=[?&#;])([^=&#?;\s]+)=([^&#;\s]+)")


class MentionSearch(Protocol):
    """For a person in a text."""

    def replacements(self, text: str, names: NamesSought) -> list[Replacement]: ...


class LeadEnding:
    """Of all fields of one delivery of the person's."""

    def __init__(self, stand_ins: StandIns, searching: MentionSearch) -> None:
        self._stand_ins = stand_ins
        self._searching = searching

    def ended(self, one: RawField, texts: Mapping[FieldPath, str]) -> Iterable[Replacement]:
        text = one.text
        if one.is_name:
            return self._searching.replacements(text, NamesSought.FULL)
        if is_marker(text):
            return ()
        holds = held_by(one.path, texts)
        if holds in _ENDED:
            if one.path[0] not in PARAMETERS and _PLAIN.fullmatch(text):
                return ()
            return [Replacement(0, len(text), self._stand_in(one.path, text[:MAX_VALUE]))]
        if holds is Privacy.LINK:
            return self._of_link(text)
        names = NamesSought.EVERY if holds is Privacy.TEXT else NamesSought.NONE
        return fitting(one, self._searching.replacements(text, names), self._stand_ins)

    def _of_link(self, text: str) -> list[Replacement]:
        """A URL keeps its host, its path and what its campaign is called."""
        named = [
            Replacement(found.start(2), found.end(2), self._stand_ins.value(found[2]))
            for found in _IN_URL.finditer(text)
            if tells_person(found[1]) and not is_stand_in(found[2])
        ]
        mentioned = self._searching.replacements(text, NamesSought.FULL)
        taken = [(one.start, one.end) for one in named]
        return named + [
            one
            for one in mentioned
            if all(one.end <= start or end <= one.start for start, end in taken)
        ]

    def _stand_in(self, path: FieldPath, text: str) -> str:
        """Of the three that tell the person, one that the fold takes for the person."""
        if path == ("callerphone",):
            return self._stand_ins.phone(text)
        if path == ("email",):
            return self._stand_ins.email(text)
        if path == ("ctCallerId",):
            return self._stand_ins.caller_id(text)
        return self._stand_ins.value(text)


def mentioned(
    one: RawField, texts: Mapping[FieldPath, str], stand_ins: StandIns, searching: MentionSearch
) -> Iterable[Replacement]:
    """In a field of somebody else's lead."""
    is_of_staff = not one.is_name and held_by(one.path, texts) in _OF_STAFF
    names = NamesSought.NONE if is_of_staff else NamesSought.FULL
    return fitting(one, searching.replacements(one.text, names), stand_ins)


def fitting(
    one: RawField, replacements: list[Replacement], stand_ins: StandIns
) -> Iterable[Replacement]:
    """A number that was a phone becomes a number, not one that cannot be read; and so many tags
    stay so many."""
    known = PARAMETERS.get(one.path[0])
    if not replacements or one.is_name or known is None:
        return replacements
    if known.tag_category:
        return [part for whole in replacements for part in _tag_by_tag(one.text, whole, stand_ins)]
    if known.kind.read is None or known.kind.read(one.text) is None:
        return replacements
    is_long = known.kind is BIGINT
    return [Replacement(0, len(one.text), str(stand_ins.number(one.text)))] if is_long else ()


def _tag_by_tag(text: str, whole: Replacement, stand_ins: StandIns) -> Iterable[Replacement]:
    written = text[whole.start : whole.end]
    if "," not in written or "," in whole.text:
        yield whole
        return
    for tag in re.finditer(r"[^\s,](?:[^,]*[^\s,])?", written):
        start, end = whole.start + tag.start(), whole.start + tag.end()
        yield Replacement(start, end, stand_ins.value(tag[0]))


def is_marker(text: str) -> bool:
    """Whether it says nothing, or has been erased already."""
    return text in MARKERS or not text.strip() or is_stand_in(text)


def held_by(path: FieldPath, texts: Mapping[FieldPath, str]) -> Privacy:
    name = path[0]
    if name not in PARAMETERS:
        return Privacy.ANYTHING
    holds = PARAMETERS[name].holds
    if len(path) > 1:
        holds = _IN_LISTS.get((name, path[-1]), holds)
    if holds is not Privacy.URL_PARAMS:
        return holds
    named = texts.get((*path[:-1], "name"), "")
    return Privacy.ANYTHING if path[-1] == "value" and tells_person(named) else Privacy.LINK


def tells_person(name: str) -> bool:
    """A parameter of a URL, by its name."""
    read = unescaped(Spelling.plain(name))
    name = read.text if read else name
    return says_person(name) or _CLICK_IDS.fullmatch(name) is not None
