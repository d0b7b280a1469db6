"""The documented ways in which Calltouch's webhooks send nothing."""

from dataclasses import replace

import pytest

from simulator.lives.leads import (
    Callback,
    CallEnding,
    Condition,
    Lead,
    LeadKind,
    OfflineSource,
    Visit,
)
from simulator.lives.leads import Event as LifeEvent
from simulator.market.traffic import Traffic, Utm
from simulator.webhooks.template import Params
from simulator.webhooks.wording import settled, worded
from tests.simulator import lives


def _says(lead: Lead, condition: Condition = lives.ENDED, model: int = 1) -> Params:
    return worded(lead, condition, settled(lead, model), {})


def _tagged(*utm: str | None) -> Traffic:
    campaign, content, term = utm
    tags: Utm = ("yandex", "cpc", campaign, content, term)
    return Traffic("yandex", "cpc", tags, (), "https://shop.example/?utm_source=yandex", "")


def test_without_any_utm_tag_none_is_given() -> None:
    params = _says(lives.call())
    assert {params[name] for name in ("utm_source", "utm_term")} == {"<не указано>"}


def test_a_missing_utm_tag_among_others_is_not_filled_in() -> None:
    params = _says(lives.call(traffic=_tagged("Бренд", None, None)))
    assert params["utm_campaign"] == "Бренд"
    assert params["utm_content"] == params["utm_term"] == "<не заполнено>"


def test_at_the_start_what_is_not_known_is_not_sent() -> None:
    start = _says(lives.call(), Condition())
    end = _says(lives.call())
    assert start["redirectNumber"] == "undefined"
    assert set(end) - set(start) >= {"duration", "status", "manager", "spam", "rating", "text"}
    assert start["tags_auto_pn"] == start["tags_api"] == "null"
    assert "tags_manual" not in start


def test_a_redirect_number_that_was_not_determined_stays_undefined() -> None:
    missed = replace(lives.TALK, redirect_number=None, duration=0, ending=CallEnding.NO_ANSWER)
    params = _says(lives.call(), Condition(talk=missed))
    assert params["redirectNumber"] == "undefined"
    assert params["status"] == "unsuccessful"
    assert str(params["statusDetails"]).startswith("Соединение не состоялось")


def test_lists_are_left_out_when_they_are_empty() -> None:
    params = _says(lives.call())
    assert "comment" not in params
    assert "add_url_params" not in params
    assert params["text"] == "null"


def test_several_tags_are_joined_by_commas() -> None:
    params = _says(lives.call(), replace(lives.ENDED, tags={"auto_pr": ("Целевой", "Запись")}))
    assert params["tags_auto_pr"] == "Целевой,Запись"
    assert params["tags_auto_af"] == "null"


def test_a_callback_has_no_pool_and_a_chain() -> None:
    callback = replace(lives.call(), pool=None, sub_pool=None, callback=Callback(510001, 1))
    params = _says(callback)
    assert (params["pool"], params["callback"]) == ("null", "callback")
    assert (params["callback_request_id"], params["callback_final_attempt"]) == ("510001", "true")
    assert _says(callback, Condition())["callback_final_attempt"] == "false"
    assert "callback_request_id" not in _says(lives.call())


@pytest.mark.parametrize("model", [0, 1])
def test_a_call_to_a_static_number_has_no_session(model: int) -> None:
    offline = OfflineSource("Визитка", None)
    static = replace(
        lives.call(), pool="staticOffline", last_touch=offline, last_non_direct=offline
    )
    params = _says(static, model=model)
    assert (params["source"], params["medium"], params["utm_source"]) == (
        "Визитка",
        "<не указано>",
        "<не указано>",
    )
    assert {params[name] for name in ("url", "ref", "city", "browser", "ip", "gcid")} == {""}
    assert params["sessionId"] == "null"
    assert set(params) == set(_says(lives.call()))


def test_each_model_credits_its_own_visit() -> None:
    paid = Visit(10265000, _tagged("Бренд", "a", "b"), "203.0.113.11", lives.CALLED_AT - 9000)
    lead = replace(lives.call(), last_non_direct=paid)
    first, second = _says(lead, model=1), _says(lead, model=0)
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {
        "attribution", "source", "medium", "utm_source", "utm_medium", "utm_campaign",
        "utm_content", "utm_term", "sessionId", "url", "ip",
    }  # fmt: skip
    assert (first["source"], second["source"]) == ("yandex", "(direct)")


def test_a_form_without_a_phone_says_nothing_of_one() -> None:
    created = LifeEvent(lives.CALLED_AT, LeadKind.REQUEST_CREATED, Condition())
    lead = lives.request(created, happened_at=lives.CALLED_AT)
    params = _says(replace(lead, phone=None, email="anna.1@example.com"), Condition())
    assert "callerphone" not in params
    assert params["email"] == "anna.1@example.com"
    assert "email" not in _says(lead, Condition())
