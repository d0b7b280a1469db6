"""What Calltouch writes in two ways is one value; what only looks alike is two."""

import pytest

from analytics.equivalence import mean_the_same


@pytest.mark.parametrize(
    ("parameter", "one", "other"),
    [
        ("callerphone", "79161234567", "+7 (916) 123-45-67"),
        ("callerphone", "79161234567", "8 916 123 45 67"),
        ("phonenumber", "84950000003", "74950000003"),
        ("redirectNumber", " 74950000002", "74950000002 "),
        ("email", "Test@Example.com ", "test@example.com"),
        ("tags_manual", "VIP,Продажа", "Продажа, VIP"),
        ("tags_auto_pr", "VIP, VIP ,", "VIP"),
        ("tags_api", " , ", None),
        ("orderId", "5001,5002", "5002, 5001"),
        ("comment", '[{"party":"a","comment":"x"},{"party":"b","comment":"y"}]',
         '[{"comment":"y","party":"b"},{"comment":" x ","party":"a"}]'),
        ("comment", '[{"party":"","comment":"x"}]', '[{"party":"null","comment":"x"}]'),
        ("text", '[{"channel":"operator","phrase":"Добрый  день"}]',
         '[{"channel":"operator","phrase":"Добрый день"}]'),
        ("add_url_params", '[{"name":"a","value":null}]', '[{"name":"a"}]'),
        ("manager", "Анна", "Анна"),
        ("add_url_params", "[]", None),
    ],
)  # fmt: skip
def test_it_means_the_same(parameter: str, one: str | None, other: str | None) -> None:
    assert mean_the_same(parameter, one, other)
    assert mean_the_same(parameter, other, one)


@pytest.mark.parametrize(
    ("parameter", "one", "other"),
    [
        ("callerphone", "79161234567", "79161234568"),
        ("callerphone", "89161234567", "9161234567"),
        ("callerphone", "anonymous", None),
        ("callerphone", "anonymous", "hidden"),
        ("redirectNumber", "8916123456", "7916123456"),
        ("email", "a@example.com", None),
        ("tags_manual", "VIP", "VIP,Продажа"),
        ("tags_manual", "VIP", "vip"),
        ("orderId", "5001", None),
        ("comment", '[{"party":"a","comment":"x"}]', '[{"party":"b","comment":"x"}]'),
        ("comment", '[{"comment":"x"}]', '[{"comment":"x"},{"comment":"x"}]'),
        ("comment", '[{"party":"a","comment":"x"}]', None),
        ("manager", "Анна", "анна"),
        ("manager", "a,b", "b,a"),
        ("duration", "5", "05"),
        ("source", None, ""),
        ("anything", "79161234567", "89161234567"),
    ],
)  # fmt: skip
def test_it_does_not(parameter: str, one: str | None, other: str | None) -> None:
    assert not mean_the_same(parameter, one, other)
    assert not mean_the_same(parameter, other, one)
