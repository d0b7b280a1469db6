"""Pages have a word for what was erased."""

import pytest

from dashboards.wording.erased import erased_in_words
from dashboards.wording.texts import Texts


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("ru", "erased:4921084905188854128", "удалено"),
        ("en", "erased:-5.abcdefghij", "erased"),
        ("ru", "звонить erased:5.abcdefghij, erased:abcdefghij!", "звонить удалено, удалено!"),
        ("en", "erased:•••", "erased"),
        ("ru", "erased: нет", "erased: нет"),
        ("ru", "Анна", "Анна"),
    ],
)
def test_stand_ins_are_said_in_words(language: str, written: str, shown: str) -> None:
    assert erased_in_words(written, Texts(language)) == shown
