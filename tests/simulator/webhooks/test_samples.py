"""What is sent looks like recorded deliveries: names, order, ways to send nothing."""

from dataclasses import replace

import pytest

from receiver.decode import Params
from simulator.lives.leads import Event, Lead, LeadKind
from simulator.webhooks.configured import Webhook
from simulator.webhooks.form_encoding import encode
from simulator.webhooks.sendings import Sending, sendings
from simulator.webhooks.template import TEMPLATE, Items, Text, changed_fields
from tests.simulator import lives, samples

# Documented, but absent from the recorded webhooks because of that account's settings.
OPTIONAL = {"rating", "tags_auto_pr", "tags_auto_af", "gcid", "text", "requestUrl"}
# Different in every sending.
OF_THE_SENDING = {"reclink", "changedFields"}


def _told(lead: Lead) -> list[Sending]:
    return list(sendings([lead], [Webhook()]))


def _call_start() -> Sending:
    return _told(lives.call(lives.started(), lives.ended()))[0]


def _call_end() -> Sending:
    return _told(lives.call(lives.started(), lives.ended()))[1]


def _call_update() -> Sending:
    traffic = replace(lives.DIRECT, url_params=(("abtest", "a"),))
    updated = Event(lives.CALLED_AT + 12, LeadKind.TAGS_CHANGED, lives.UPDATED)
    life = (lives.started(), lives.ended(9), updated)
    return _told(lives.call(*life, traffic=traffic, page="https://shop.example/contacts"))[-1]


def _request() -> Sending:
    created = Event(1695674116, LeadKind.REQUEST_CREATED, replace(lives.ENDED, talk=None))
    return _told(lives.request(created, happened_at=1695674116))[0]


TOLD = {
    samples.CALL_START: _call_start,
    samples.CALL_END: _call_end,
    samples.CALL_UPDATE: _call_update,
    samples.REQUEST: _request,
}


def _without(params: Params, names: set[str]) -> Params:
    return {name: value for name, value in params.items() if name not in names}


def test_every_sample_has_its_like() -> None:
    sample = {path.name for path in samples.SAMPLES.glob("webhook_*.txt")}
    assert sample == set(TOLD) == set(samples.ALL)


@pytest.mark.parametrize("name", samples.ALL)
def test_a_like_event_is_worded_to_the_letter(name: str) -> None:
    sample = samples.params(name)
    params = samples.params_of(TOLD[name]().form)
    assert set(sample) <= set(params)
    assert set(params) - set(sample) <= OPTIONAL
    known = set(params) - set(sample) | OF_THE_SENDING
    assert _without(params, known) == _without(sample, known)


# The synthetic sample's arrays are at its end, so their order is meaningless.
@pytest.mark.parametrize("name", [samples.CALL_START, samples.CALL_END, samples.REQUEST])
def test_parameters_come_in_the_recorded_order(name: str) -> None:
    sample = list(samples.params(name))
    params = list(samples.params_of(TOLD[name]().form))
    assert [parameter for parameter in params if parameter in sample] == sample


@pytest.mark.parametrize("name", [samples.CALL_START, samples.CALL_END, samples.REQUEST])
def test_the_template_has_the_recorded_order(name: str) -> None:
    sample = samples.params(name)
    assert [parameter for parameter in TEMPLATE if parameter in sample] == list(sample)


@pytest.mark.parametrize("name", samples.ALL)
def test_a_sample_is_encoded_to_the_same_bytes(name: str) -> None:
    as_held: dict[str, Text | Items] = {
        parameter: value if isinstance(value, str) else tuple(tuple(item.items()) for item in value)
        for parameter, value in samples.params(name).items()
    }
    assert encode(as_held, {}) == samples.body(name)


def test_changed_fields_of_the_recorded_end_are_the_recorded_ones() -> None:
    end = samples.params(samples.CALL_END)
    computed = changed_fields(samples.params(samples.CALL_START), end)
    assert computed == end["changedFields"]
    assert len(computed.split(",")) == 17


def test_changed_fields_of_a_like_end_are_the_recorded_ones() -> None:
    names = str(samples.params_of(_call_end().form)["changedFields"]).split(",")
    recorded = str(samples.params(samples.CALL_END)["changedFields"]).split(",")
    assert [name for name in names if name not in OPTIONAL] == recorded


def test_a_recording_link_is_shaped_like_the_recorded_one() -> None:
    sample = samples.params(samples.CALL_END)["reclink"]
    params = samples.params_of(_call_end().form)["reclink"]
    assert (
        params.partition("FAKE_SIGNATURE")[0].partition("jwtkey=")[2]
        == (sample.partition("FAKE_SIGNATURE")[0].partition("jwtkey=")[2])
    )
    assert params.startswith("https://api-node")
