"""Forms of a simulated site: what Tilda sends, by visitors that Calltouch knows."""

from dataclasses import replace
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from flows.definition.reading import read_flow
from flows.filling.filters import FilterSettings
from flows.ready_made import template_text
from flows.rendering import render
from flows.sample import input_from_body, values_of
from simulator.lives.leads import Lead, Visit
from simulator.site_forms import CONNECTING, filled_forms
from simulator.world import World

SITE = 10001


def test_visitors_are_clients_whose_sessions_are_known(world: World, leads: list[Lead]) -> None:
    forms = [
        dict(parse_qsl(form.body.decode())) for form in filled_forms(leads, world.seed, SITE, 12)
    ]
    assert len(forms) == len({form["tranid"] for form in forms}) == 12
    touches = (lead.last_touch for lead in leads if lead.site.site_id == SITE)
    sessions = {touch.session_id for touch in touches if isinstance(touch, Visit)}
    cookies = [form["COOKIES"].rpartition("_ct_session_id=")[2] for form in forms]
    assert {int(cookie) for cookie in cookies} <= sessions


def test_a_small_world_has_fewer_forms_and_an_empty_one_none(world: World) -> None:
    first = list(replace(world, leads=1))
    assert len(filled_forms(first, world.seed, 10002, 12)) <= 1
    assert len(filled_forms(replace(world, leads=5), world.seed, SITE, 12)) <= 5
    assert filled_forms((), world.seed, SITE, 12) == ()


def test_the_template_takes_all_but_the_last(world: World) -> None:
    """That one has written something else where the phone goes."""
    flow = read_flow("site", template_text("tilda-to-calltouch")).flow
    assert flow is not None
    settings = FilterSettings(ZoneInfo("Europe/Moscow"))
    bodies = [form.body for form in filled_forms(world, world.seed, SITE, 5)]
    ends = []
    for body in (CONNECTING, *bodies):
        values = values_of(flow, input_from_body(flow, body, "2026-11-21T00:00:00+00:00"))
        rendered = render(flow, values, {}, settings)
        ends.append((rendered.end, rendered.reason))
    assert ends == [("skipped", "filter"), *[("done", "")] * 4, ("refused", "bad-phone: phone")]
