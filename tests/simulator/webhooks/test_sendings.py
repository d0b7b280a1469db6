"""The order of sendings, their changedFields, and how webhooks are configured."""

from dataclasses import replace
from itertools import pairwise

import pytest

from receiver.decode import Params, decode
from simulator.lives.leads import Event, Lead, LeadKind
from simulator.lives.talk import MOST_PHRASES, SECONDS_PER_PHRASE, transcript
from simulator.market.chance import stream
from simulator.webhooks.configured import SIMPLIFIED, Webhook, usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import Sending, sendings
from simulator.webhooks.template import TEMPLATE
from simulator.world import World
from tests.simulator import lives
from tests.simulator.samples import params_of

LONGEST_URL = 64 << 10


def _by_story(sent: list[Sending]) -> dict[tuple[str, str, int], list[Params]]:
    stories: dict[tuple[str, str, int], list[Params]] = {}
    for sending in sent:
        key = (sending.webhook, sending.lead_type, sending.lead_id)
        stories.setdefault(key, []).append(params_of(sending.form))
    return stories


def test_the_same_world_sends_the_same_bytes(world: World, sent: list[Sending]) -> None:
    assert list(sendings(world, usual_webhooks())) == sent


def test_sendings_come_in_the_order_of_their_time(sent: list[Sending]) -> None:
    times = [sending.sent_at for sending in sent]
    assert times == sorted(times)


def test_a_webhook_says_each_time_what_has_changed(sent: list[Sending]) -> None:
    for told in _by_story(sent).values():
        assert told[0]["changedFields"] == "null"
        for previous, now in pairwise(told):
            names = [name for name in TEMPLATE if name != "changedFields"]
            expected = [name for name in names if previous.get(name) != now.get(name)]
            assert now["changedFields"] == ",".join(expected)
            assert len(expected) > 1


def test_no_two_recording_links_are_the_same(sent: list[Sending]) -> None:
    links = [params["reclink"] for s in sent if "reclink" in (params := params_of(s.form))]
    assert len(links) == len(set(links)) > 500


def test_two_models_differ_only_where_the_last_visit_was_direct(
    leads: list[Lead], sent: list[Sending]
) -> None:
    direct = {
        (str(lead.lead_id), params["leadtype"])
        for lead in leads
        for params in [params_of(next(sendings([lead], [Webhook()])).form)]
        if lead.last_touch != lead.last_non_direct
    }
    stories = _by_story(sent)
    for (webhook, lead_type, lead_id), told in stories.items():
        if webhook != "default":
            continue
        other = stories["last-touch", lead_type, lead_id]
        differ = {
            name for one, two in zip(told, other, strict=True) for name in one
            if one[name] != two.get(name)
        }  # fmt: skip
        differ -= {"attribution", "reclink"}
        assert ("sessionId" in differ) == ((str(lead_id), lead_type) in direct)
        if "sessionId" in differ:
            assert {params["source"] for params in other} == {"(direct)"}


def test_a_deleted_comment_is_named_and_not_sent() -> None:
    commented = Event(lives.CALLED_AT + 60, LeadKind.COMMENTS_CHANGED, lives.UPDATED)
    deleted = Event(lives.CALLED_AT + 90, LeadKind.COMMENTS_CHANGED, lives.ENDED)
    lead = lives.call(lives.started(), lives.ended(), commented, deleted)
    last = params_of(list(sendings([lead], [Webhook()]))[-1].form)
    assert "comment" not in last
    assert "comment" in last["changedFields"].split(",")


def test_a_webhook_hears_only_of_what_it_has_subscribed_to() -> None:
    tagged = Event(lives.CALLED_AT + 60, LeadKind.TAGS_CHANGED, lives.UPDATED)
    lead = lives.call(lives.started(), lives.ended(), tagged)
    assert len(list(sendings([lead], [Webhook(events=SIMPLIFIED)]))) == 2
    only_the_end = Webhook(events=frozenset({LeadKind.CALL_ENDED}))
    (end,) = sendings([lead], [only_the_end])
    assert params_of(end.form)["changedFields"] == "null"


def test_a_linked_deal_is_told_with_the_next_event(leads: list[Lead], sent: list[Sending]) -> None:
    linked = sum(e.kind is LeadKind.ORDER_LINKED for lead in leads for e in lead.life)
    assert linked
    assert len(sent) == 2 * (sum(len(lead.life) for lead in leads) - linked)
    assert any("orderId" in params_of(s.form)["changedFields"].split(",") for s in sent)


def test_a_webhook_by_get_has_its_parameters_in_the_query() -> None:
    lead = lives.call(lives.started())
    (by_post,) = sendings([lead], usual_webhooks("1"))
    (by_get,) = sendings([lead], usual_webhooks("1", by_get=["default"]))
    assert (by_get.method, by_get.query, by_get.body) == ("GET", by_post.body, b"")
    assert (by_post.method, by_post.query) == ("POST", b"")


def test_a_renamed_parameter_goes_under_the_other_name() -> None:
    updated = Event(lives.CALLED_AT + 60, LeadKind.COMMENTS_CHANGED, lives.UPDATED)
    lead = lives.call(lives.started(), lives.ended(), updated)
    renames = {"callerphone": "client_phone", "comment": "заметка"}
    renaming = usual_webhooks("1", rename=renames)
    plain = [params_of(s.form) for s in sendings([lead], usual_webhooks("1"))]
    for number, sending in enumerate(sendings([lead], renaming)):
        theirs = {other: name for name, other in renames.items()}
        assert b"callerphone" not in sending.form
        assert decode(b"", sending.form, CONTENT_TYPE, theirs).params == plain[number]


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ("both", [("default", 1), ("last-touch", 0)]),
        ("1", [("default", 1)]),
        ("0", [("default", 0)]),
    ],
)
def test_models_choose_the_webhooks(models: str, expected: list[tuple[str, int]]) -> None:
    assert [(webhook.name, webhook.model) for webhook in usual_webhooks(models)] == expected


def test_the_longest_transcript_fits_into_a_url() -> None:
    rng = stream("a long talk")
    phrases = transcript(rng, lives.shop(), 10 * MOST_PHRASES * SECONDS_PER_PHRASE)
    assert len(phrases) == MOST_PHRASES > 300
    condition = replace(lives.UPDATED, phrases=phrases)
    lead = lives.call(Event(lives.CALLED_AT + 60, LeadKind.TRANSCRIBED, condition))
    (sending,) = sendings([lead], [Webhook()])
    assert len(sending.form) < LONGEST_URL - 4096
