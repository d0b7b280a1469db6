"""A request: a submitted form, or one created through the API."""

from random import Random

from simulator.lives.aftermath import NewLead, request_aftermath, unfold
from simulator.lives.arrivals import Arrival
from simulator.lives.leads import Comment, Condition, Event, LeadKind, OfflineSource, Request
from simulator.lives.uniqueness import Uniqueness

_API_SHARE = 0.05
_PHONE_SHARE = 0.95
_BAD_PHONE_SHARE = 0.04
_WIDGET_TAG_SHARE = 0.06
# Too few digits, or all the same: Calltouch does not treat these as real numbers.
_BAD_PHONES = ("79999999999", "70000000000", "7999123")

_API_SOURCES = (OfflineSource("Лид-форма VK", "social"), OfflineSource("Маркетплейс", "api"))


def make_request(arrival: Arrival, known: Uniqueness) -> Request:
    """The request with its life; updates `known`."""
    rng, site, person, at = arrival.rng, arrival.site, arrival.person, arrival.start.at
    is_from_api = rng.random() < _API_SHARE
    offline = rng.choice(_API_SOURCES) if is_from_api else None
    form = site.forms.pick(rng)
    phone, email = _contacts(rng, person.phone, person.email)
    is_target = phone not in _BAD_PHONES
    is_unique = known.is_first(at)
    is_unique_target = is_target and known.is_first_target(at)
    known.note(at, is_target)
    return Request(
        lead_id=arrival.lead_id,
        site=site,
        person=person,
        happened_at=at,
        last_touch=offline or arrival.last_touch,
        last_non_direct=offline or arrival.last_non_direct,
        is_unique=is_unique,
        life=_life(arrival, form.tag, is_from_api, is_target),
        form=form,
        page=f"https://{site.business.domain}{form.page}",
        phone=phone,
        email=email,
        fio=person.fio,
        number=f"CRM-{rng.randrange(10**5, 10**6)}" if is_from_api else None,
        is_target=is_target,
        is_unique_target=is_unique_target,
    )


def _contacts(rng: Random, phone: str, email: str | None) -> tuple[str | None, str | None]:
    if rng.random() < _BAD_PHONE_SHARE:
        return rng.choice(_BAD_PHONES), email
    if email and rng.random() >= _PHONE_SHARE:
        return None, email
    return phone, email


def _life(
    arrival: Arrival, form_tag: str | None, is_from_api: bool, is_target: bool
) -> tuple[Event, ...]:
    rng, at = arrival.rng, arrival.start.at
    tags: dict[str, tuple[str, ...]] = {}
    comments: tuple[Comment, ...] = ()
    if is_from_api:
        tags["api"] = ("Импорт",)
        comments = (Comment("API", "Создано через API"),)
    elif form_tag:
        tags["request"] = (form_tag,)
    if not is_from_api and rng.random() < _WIDGET_TAG_SHARE:
        tags["auto_ct"] = ("Умная заявка",)
    created = Event(at, LeadKind.REQUEST_CREATED, Condition(tags=tags, comments=comments))
    case = NewLead(at, arrival.site, arrival.person, 0, is_target)
    return unfold(created, request_aftermath(rng, case), arrival.until)
