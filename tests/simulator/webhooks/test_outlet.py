"""What a client of the API creates comes back as webhooks."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs

import pytest

from simulator.api import serving
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.outlet import WebhookOutlet
from simulator.webhooks.send import Unreachable
from simulator.webhooks.sendings import Sending
from simulator.webhooks.target import Target
from simulator.world import World
from tests.road.server import wait_until
from tests.simulator.api.api_client import ApiClient
from tests.simulator.stand_in import StandIn

CREATE = "/lead-service/v1/api/request/create"


def test_a_created_request_is_told_to_each_webhook(small_world: World, stand_in: StandIn) -> None:
    outlet = WebhookOutlet(Target.parse(stand_in.url), usual_webhooks())
    with serving(small_world, tell=outlet.tell) as served:
        items = [
            {"requestNumber": "A-1", "phoneNumber": "79990001122", "fio": "Тест"},
            {"requestNumber": "A-2"},
        ]
        answer = ApiClient(served).post(CREATE, {"requests": items})
        assert [item["imported"] for item in answer.json()["data"]["requests"]] == [True, False]
        wait_until(lambda: len(stand_in.received) == 2, 10)
    told = [parse_qs(received.body.decode()) for received in stand_in.received]
    assert [params["requestNumber"] for params in told] == [["A-1"], ["A-1"]]
    assert {received.path for received in stand_in.received} == {"/webhook", "/webhook/last-touch"}


def test_the_next_one_is_told_though_nobody_heard_the_first(
    monkeypatch: pytest.MonkeyPatch, small_world: World
) -> None:
    told: list[int] = []

    def send(sent: Iterator[Sending], target: Target, connections: int) -> None:
        told.append(next(sent).lead_id)
        if len(told) == 1:
            raise Unreachable("refused")

    monkeypatch.setattr("simulator.webhooks.outlet.send_all", send)
    outlet = WebhookOutlet(Target.parse("http://127.0.0.1/webhook"), usual_webhooks("1"))
    leads = list(islice(small_world, 2))
    for lead in leads:
        outlet.tell(lead)
    wait_until(lambda: len(told) == 2, 10)
    assert told == [lead.lead_id for lead in leads]
