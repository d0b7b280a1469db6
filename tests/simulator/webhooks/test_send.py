"""Sending over real sockets."""

import time
from collections import Counter
from itertools import pairwise

import pytest

from receiver.decode import decode
from receiver.ingest.secret import take_secret
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.send import Unreachable, send_all
from simulator.webhooks.sendings import Sending, sendings
from simulator.webhooks.target import BadUrl, Target
from simulator.world import World
from tests.simulator.stand_in import HANG_UP, Received, StandIn


def test_everything_arrives_as_it_was_meant(stand_in: StandIn, sent: list[Sending]) -> None:
    some = sent[:300]
    answers = send_all(some, Target.parse(stand_in.url))
    assert (answers.sent, answers.accepted, answers.refused, answers.unanswered) == (
        300,
        300,
        {},
        0,
    )
    assert Counter(r.body for r in stand_in.received) == Counter(s.form for s in some)
    assert {r.path for r in stand_in.received} == {"/webhook", "/webhook/last-touch"}
    assert {(r.method, r.content_type) for r in stand_in.received} == {("POST", CONTENT_TYPE)}


def test_deliveries_of_one_lead_do_not_overtake_one_another(
    stand_in: StandIn, sent: list[Sending]
) -> None:
    lead = max(Counter((s.lead_type, s.lead_id) for s in sent).items(), key=lambda item: item[1])[0]
    known = {s.form: s for s in sent}
    send_all(sent[:1500], Target.parse(stand_in.url), connections=8)
    arrived = [known[r.body] for r in stand_in.received]
    told = [s for s in arrived if (s.lead_type, s.lead_id) == lead]
    assert all(one.sent_at <= two.sent_at for one, two in pairwise(told))


def test_the_secret_goes_into_the_query(stand_in: StandIn, sent: list[Sending]) -> None:
    send_all(sent[:2], Target.parse(stand_in.url, "a b&c"))
    assert [r.query for r in stand_in.received] == [b"secret=a+b%26c"] * 2
    assert take_secret(stand_in.received[0].query) == (b"", b"a b&c")


def test_by_get_the_secret_comes_before_the_parameters(stand_in: StandIn, world: World) -> None:
    by_get = usual_webhooks("1", by_get=["default"])
    first = next(sendings(world, by_get))
    send_all([first], Target.parse(stand_in.url, "s3"))
    (received,) = stand_in.received
    assert (received.method, received.body) == ("GET", b"")
    assert received.query == b"secret=s3&" + first.form
    query, secret = take_secret(received.query)
    assert secret == b"s3"
    assert decode(query, b"", "", {}).params["leadtype"] == first.lead_type


def test_a_query_in_the_url_is_kept(stand_in: StandIn, sent: list[Sending]) -> None:
    send_all(sent[:1], Target.parse(stand_in.url + "?secret=x"))
    assert stand_in.received[0].target == "/webhook?secret=x"


def test_refusals_are_counted_by_status(sent: list[Sending]) -> None:
    def answer(received: Received) -> int:
        return 503 if received.path == "/webhook/last-touch" else 200

    with StandIn(answer) as stand_in:
        answers = send_all(sent[:200], Target.parse(stand_in.url))
    assert answers.refused == {503: 100}
    assert answers.accepted == 100


def test_each_delivery_is_tried_once(sent: list[Sending]) -> None:
    with StandIn(lambda received: 500) as stand_in:
        send_all(sent[:20], Target.parse(stand_in.url))
    assert len(stand_in.received) == 20


def test_a_server_that_hangs_up_leaves_a_delivery_unanswered(sent: list[Sending]) -> None:
    with StandIn(lambda received: HANG_UP if received.body == sent[3].form else 200) as stand_in:
        answers = send_all(sent[:10], Target.parse(stand_in.url), connections=1)
    assert (answers.sent, answers.accepted, answers.unanswered) == (10, 9, 1)
    assert len(stand_in.received) == 10


def test_a_connection_that_was_closed_between_deliveries_costs_none(sent: list[Sending]) -> None:
    with StandIn(keeps_alive=False) as stand_in:
        # Slowly, so that each close has arrived before the next delivery.
        answers = send_all(sent[:8], Target.parse(stand_in.url), connections=2, rate=8)
    assert answers.accepted == 8


def test_the_rate_is_kept(stand_in: StandIn, sent: list[Sending]) -> None:
    started = time.monotonic()
    send_all(sent[:50], Target.parse(stand_in.url), rate=200)
    assert time.monotonic() - started >= 0.2


def test_nobody_there_is_told_before_anything_is_sent(sent: list[Sending]) -> None:
    with StandIn() as stand_in:
        url = stand_in.url
    waiting = iter(sent)
    with pytest.raises(Unreachable, match="refused"):
        send_all(waiting, Target.parse(url))
    assert next(waiting) == sent[0]


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://x/webhook", "http://", "http://x:y/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        Target.parse(url)


def test_a_url_without_a_path_is_that_of_the_receiver() -> None:
    assert Target.parse("https://leads.example").request_target("default", b"") == "/webhook"
