"""What stands for an erased contact is taken for the person, and never for a phone."""

import pytest

from analytics.contacts import canonical_email, canonical_phone, person_of
from analytics.privacy.masks import (
    mask_email,
    mask_identifier,
    mask_phone,
    without_contacts,
    without_numbers,
)
from analytics.stand_ins import MASKED_STAND_IN, erased_person, is_stand_in


@pytest.mark.parametrize("read", [canonical_phone, canonical_email])
def test_all_spellings_of_one_contact_are_one(read: object) -> None:
    assert callable(read)
    assert read("erased:-4921084905188854128") == "erased:-4921084905188854128"
    assert read("erased:-4921084905188854128.abcdefghij") == "erased:-4921084905188854128"


def test_the_person_is_the_number() -> None:
    assert person_of("erased:49210849", None, None) == 49210849
    assert person_of(None, "erased:-5", "erased:7") == -5
    assert person_of(None, None, "erased:7") == 7


@pytest.mark.parametrize(
    "written",
    ["erased:abcdefghij", "erased:", "erased:12x", "erased:9999999999999999999", "erased:5.abc"],
)
def test_anything_else_tells_nobody(written: str) -> None:
    """The last digits but one would not fit the column."""
    assert canonical_phone(written) is None
    assert erased_person(written) is None


def test_what_only_looks_like_one_is_a_contact_as_any_other() -> None:
    assert not is_stand_in("erased:5@mail.ru")
    assert person_of(None, None, "erased:x") == person_of(None, None, "erased:x") != 0


@pytest.mark.parametrize("mask", [mask_phone, mask_email, mask_identifier])
def test_masks_say_that_it_was_erased(mask: object) -> None:
    assert callable(mask)
    assert mask("erased:-4921084905188854128.abcdefghij") == MASKED_STAND_IN


@pytest.mark.parametrize("mask", [without_numbers, without_contacts])
def test_texts_say_it_where_it_stood(mask: object) -> None:
    assert callable(mask)
    text = "звонить erased:4921084905188854128.abcdefghij, потом +7 916 123-45-67"
    assert mask(text) == f"звонить {MASKED_STAND_IN}, потом •••"
