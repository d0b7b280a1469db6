"""The leads of the recorded samples, as the simulated world holds them."""

from dataclasses import replace
from datetime import UTC, datetime

from simulator.lives.leads import (
    Call,
    CallEnding,
    Comment,
    Condition,
    Event,
    LeadKind,
    Phrase,
    Request,
    Talk,
    Visit,
)
from simulator.market.businesses import Form
from simulator.market.devices import Device
from simulator.market.people import Person
from simulator.market.sites import Site
from simulator.market.traffic import Traffic
from simulator.world import World

CALLED_AT = 1695673772

_CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/116.0.0.0 Safari/537.36"
)

PERSON = Person(
    phone="79990001122",
    fio="Тест Тестов",
    email=None,
    is_man=True,
    is_junk=False,
    device=Device("Chrome", "Mac", "desktop", _CHROME),
    city="saint petersburg",
    home_ip="203.0.113.10",
    ct_caller_id="00000000000000000000000000000abc",
    ct_client_id="2500000000001234567",
    ct_global_id="",
    google_client_id="",
    yandex_client_id="1695672070400000001",
)

TALK = Talk(
    waiting=1,
    duration=12,
    ending=CallEnding.CALLER_HUNG_UP,
    redirect_number="74950000002",
    sip_call_id="00000000-d685-123c-89bf-000000000001",
    is_target=False,
    is_unique_target=False,
    is_final_attempt=True,
)

DIRECT = Traffic("(direct)", "(none)", None, (), "https://shop.example/", "")
ENDED = Condition(talk=TALK, is_successful=True)
UPDATED = replace(
    ENDED,
    tags={"manual": ("Отдел продаж",)},
    rating=4,
    comments=(Comment("user1", "Перезвонить & уточнить = завтра"), Comment("user2", "ок")),
    phrases=(Phrase(True, "Добрый день"), Phrase(False, "Здравствуйте, 100% скидка?")),
)


def shop() -> Site:
    site = World(datetime(2023, 10, 1, tzinfo=UTC)).make_sites()[0]
    return replace(site, business=replace(site.business, domain="shop.example"))


def call(*events: Event, traffic: Traffic = DIRECT, page: str | None = None) -> Call:
    visit = Visit(10266000, traffic, "203.0.113.10", CALLED_AT - 100)
    return Call(
        lead_id=148000,
        site=shop(),
        person=PERSON,
        happened_at=CALLED_AT,
        last_touch=visit,
        last_non_direct=visit,
        is_unique=False,
        life=events,
        phone_number="74950000001",
        pool="dynamic",
        sub_pool="Остальные",
        is_worktime=False,
        reference="00000000-5be2-11ee-a73b-000000000001",
        page=page,
        callback=None,
    )


def request(*events: Event, happened_at: int) -> Request:
    visit = Visit(10266000, DIRECT, "203.0.113.10", CALLED_AT - 100)
    return Request(
        lead_id=141000,
        site=shop(),
        person=PERSON,
        happened_at=happened_at,
        last_touch=visit,
        last_non_direct=visit,
        is_unique=False,
        life=events,
        form=Form("Обратная связь", "/kontakty"),
        page="https://shop.example/kontakty",
        phone=PERSON.phone,
        email=None,
        fio=PERSON.fio,
        number=None,
        is_target=True,
        is_unique_target=False,
    )


def started(after: int = 6) -> Event:
    return Event(CALLED_AT + after, LeadKind.CALL_STARTED, Condition())


def ended(after: int = 12) -> Event:
    return Event(CALLED_AT + after, LeadKind.CALL_ENDED, ENDED)
