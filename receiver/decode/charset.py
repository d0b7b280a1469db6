"""Bytes that should be UTF-8: what they say where they are not.

One bad byte does not make a text cp1251: it may be cut inside a letter, or damaged. The reading
that explains more of the text as a whole is taken.
"""

import codecs
import re
from functools import lru_cache

BOM = "\ufeff"

CP1251 = "not UTF-8, read as cp1251"
REPLACED = "not UTF-8, bad bytes replaced"
CESU_8 = "CESU-8, read as UTF-8"

# A character outside the BMP as two surrogates of three bytes each, as Java and MySQL write it:
# https://www.unicode.org/reports/tr26/
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_SLAVIC = "А-Яа-яЁёҐґЄєІіЇїЎў"
_LETTERS = re.compile(f"[{_SLAVIC}]")
# Beside letters: what Russian texts have of cp1251 above ASCII.
_EXPECTED = re.compile(f"[{_SLAVIC}«»„“”‘’–—…№§©®™°±•·€\xa0]")
_LIKELY = re.compile("[\u0400-\u04ff\u0800-\U0010ffff]")
_CHANCE = re.compile("[\x80-\u03ff\u0500-\u07ff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
# The first bytes of Russian letters in UTF-8; in cp1251 Р and С.
_FIRST_BYTES = (b"\xd0", b"\xd1")
_LEAST_SHARE = 0.9
# Bytes of a text that are looked at to tell what it is.
_JUDGED = 64 << 10
# A body full of them would keep digest busy.
_MOST_PAIRS = 10_000


def best_text(raw: bytes) -> tuple[str, str]:
    """The text that bytes hold, and what was wrong with them: nothing when they are UTF-8."""
    try:
        return raw.decode(), ""
    except UnicodeDecodeError:
        pass
    raw = _PAIR.sub(lambda pair: _character(pair[0]), raw, count=_MOST_PAIRS)
    try:
        return raw.decode(), CESU_8
    except UnicodeDecodeError:
        pass
    if _is_cp1251(raw[:_JUDGED]):
        return raw.decode("cp1251", "replace"), CP1251
    return raw.decode(errors="replace"), REPLACED


@lru_cache(maxsize=256)
def _character(pair: bytes) -> bytes:
    halves = pair.decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _is_cp1251(raw: bytes) -> bool:
    """Whether that fits better than UTF-8 with bad bytes in it."""
    valid = raw.decode(errors="ignore")
    bad = len(raw) - len(valid.encode())
    likely = sum(map(len, map(str.encode, _LIKELY.findall(valid))))
    # In cp1251 a capital letter before ё, » or № is a Greek or Latin one of two bytes in UTF-8.
    chance = len(_CHANCE.findall(valid))
    if likely + chance > bad:
        return False
    try:
        text = raw.decode("cp1251")
    except UnicodeDecodeError:
        return False
    end = _cut_end(raw)
    if end in _FIRST_BYTES or (len(end) > 1 and not _all_letters(end.decode("cp1251"))):
        return False
    return _reads_well(text)


def _cut_end(raw: bytes) -> bytes:
    """The beginning of a UTF-8 character at the end, where nothing else is wrong."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(raw)
    except UnicodeDecodeError:
        return b""
    return decoder.getstate()[0]


def _all_letters(text: str) -> bool:
    return len(_LETTERS.findall(text)) == len(text)


def _reads_well(text: str) -> bool:
    """Whether a text that was read as cp1251 is written with Slavic letters, in words without
    Latin ones: é in Latin-1 is й in cp1251, and “Cafй” is no word."""
    odd = len(_NOT_ASCII.findall(_EXPECTED.sub("", text)))
    if odd > (1 - _LEAST_SHARE) * len(_NOT_ASCII.findall(text)):
        return False
    words = [word for word in _WORDS.findall(text) if _LETTERS.search(word)]
    mixed = [word for word in words if _LATIN.search(word)]
    return not words or 2 * len(mixed) < len(words)
