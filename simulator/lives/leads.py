"""Leads and their lives: what a call or request is, and everything that happens to it.

Independent of how Calltouch formats any of it in webhooks or its API.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from simulator.market.businesses import Form
from simulator.market.people import Person
from simulator.market.sites import Site
from simulator.market.traffic import Traffic


class LeadKind(Enum):
    """What may happen to a lead: the ten events a webhook may subscribe to, and a silent one.

    Linking a deal is not a Calltouch event; the next sending shows it.
    """

    CALL_STARTED = "call started"
    CALL_ENDED = "call ended"
    REQUEST_CREATED = "request created"
    STATUS_CHANGED = "status changed"
    SPAM_CHANGED = "spam changed"
    TRANSCRIBED = "transcribed"
    TAGS_CHANGED = "tags changed"
    COMMENTS_CHANGED = "comments changed"
    MANAGER_CHANGED = "manager changed"
    RATING_CHANGED = "rating changed"
    ORDER_LINKED = "order linked"


class CallEnding(Enum):
    """Why a call ended."""

    CALLER_HUNG_UP = "caller hung up"
    CALLEE_HUNG_UP = "callee hung up"
    CALLER_GAVE_UP = "caller gave up"
    NO_ANSWER = "no answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Visit:
    """A session on the site that may be credited with a lead. `session_id` is Calltouch's."""

    session_id: int
    traffic: Traffic
    ip: str
    began_at: int


@dataclass(frozen=True, slots=True)
class OfflineSource:
    """Without a session: only what the number or the API client says is known."""

    source: str
    medium: str | None


Touch = Visit | OfflineSource


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known once a call has ended. Times in seconds; `redirect_number` None if unknown."""

    waiting: int
    duration: int
    ending: CallEnding
    redirect_number: str | None
    sip_call_id: str
    is_target: bool
    is_unique_target: bool
    is_final_attempt: bool


@dataclass(frozen=True, slots=True)
class Comment:
    party: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    is_by_operator: bool
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything about a lead that may change. `talk` is None during a call and for requests.

    `tags` by category: auto_pr (Predict), auto_af (antifraud), auto_gr (gender), auto_ct
    (extensions), auto_pn (numbers), manual, api, request. `rating` 0 means none.
    """

    talk: Talk | None = None
    is_successful: bool = False
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    manager: str | None = None
    rating: int = 0
    is_spam: bool = False
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at` (Unix seconds), and the lead's state after it."""

    at: int
    kind: LeadKind
    condition: Condition


@dataclass(frozen=True, slots=True)
class Callback:
    """A call made by Calltouch because of a form. One request id has 1 to 4 attempts."""

    request_id: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Lead:
    """What is fixed when a lead arrives, and its `life`: events in order of time.

    `last_touch` is credited by the last-interaction model (0), `last_non_direct` by the other (1).
    """

    lead_id: int
    site: Site
    person: Person
    happened_at: int
    last_touch: Touch
    last_non_direct: Touch
    is_unique: bool
    life: tuple[Event, ...]

    def touch(self, model: int) -> Touch:
        return self.last_non_direct if model == 1 else self.last_touch


@dataclass(frozen=True, slots=True)
class Call(Lead):
    """`pool` is None for callbacks; `page`: where the visitor was, if the site records it."""

    phone_number: str
    pool: str | None
    sub_pool: str | None
    is_worktime: bool
    reference: str
    page: str | None
    callback: Callback | None


@dataclass(frozen=True, slots=True)
class Request(Lead):
    """`phone` and `email`: as entered in the form, at least one of them.

    `number`: external id of a request created through the API.
    """

    form: Form
    page: str
    phone: str | None
    email: str | None
    fio: str
    number: str | None
    is_target: bool
    is_unique_target: bool
