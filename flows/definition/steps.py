"""What each kind of step says. Texts that may hold placeholders are templates, filled when it runs;
times are in seconds, sizes in bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.conditions import Condition
from flows.json_paths import JsonPath
from flows.outcomes import SuccessRules

Pairs = tuple[tuple[str, str], ...]
Failure = Literal["stop", "go on"]
IfAbsent = Literal["stop", "empty", "skip"]


@dataclass(frozen=True, slots=True)
class StepFrame:
    """What all steps have. `name`: its results are `{{name.…}}`."""

    kind: str
    name: str
    when: tuple[Condition, ...]
    on_failure: Failure


@dataclass(frozen=True, slots=True)
class Body:
    """`place`: json, form, xml or text; json is one document as text, form is pairs. `from` of the
    file is a text that another step has formed already."""

    place: Literal["json", "form", "xml", "text", "from"]
    text: str = ""
    pairs: Pairs = ()


@dataclass(frozen=True, slots=True)
class HttpStep:
    frame: StepFrame
    method: str
    url: str
    query: Pairs
    headers: Pairs
    body: Body | None
    charset: str
    content_type: str
    rules: SuccessRules
    repeat_unknown: bool
    retry_after: JsonPath | None
    tries: int
    give_up_after: int
    timeout: int
    answer_bytes: int
    idempotency_header: str
    redirects: int
    drop_empty: bool


@dataclass(frozen=True, slots=True)
class JsonField:
    path: JsonPath
    if_absent: IfAbsent


@dataclass(frozen=True, slots=True)
class JsonStep:
    """`source`: the template that gives the document."""

    frame: StepFrame
    source: str
    fields: Mapping[str, JsonField]


@dataclass(frozen=True, slots=True)
class ComposeStep:
    frame: StepFrame
    body: Body
    charset: str


@dataclass(frozen=True, slots=True)
class FilterStep:
    """Where its `when` does not hold, the operation ends as skipped."""

    frame: StepFrame


@dataclass(frozen=True, slots=True)
class FindLeadStep:
    frame: StepFrame
    by: Pairs
    lead_type: Literal["call", "request", "any"]
    within: int
    if_absent: IfAbsent
    wait_for: int


@dataclass(frozen=True, slots=True)
class MailStep:
    """`is_html`: `text` is HTML. `attach`: names of fields, as text files."""

    frame: StepFrame
    to: str
    subject: str
    text: str
    is_html: bool
    attach: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestStep:
    """A request (заявка) that is created in Calltouch. `texts`: templates by the name of the key,
    those that are given; `source`: of its traffic."""

    frame: StepFrame
    site: int | None
    texts: Mapping[str, str]
    source: Mapping[str, str]
    tags: tuple[str, ...]
    if_not_found: Literal["unknown", "repeat"]


@dataclass(frozen=True, slots=True)
class CallbackStep:
    """A callback that Calltouch is asked for. `hours`: when people may be rung."""

    frame: StepFrame
    site: int | None
    texts: Mapping[str, str]
    fields: Pairs
    source: Mapping[str, str]
    tags: tuple[str, ...]
    hours: str
    outside: Literal["wait", "skip"]
    phone_interval: int
    give_up_after: int


@dataclass(frozen=True, slots=True)
class AnnotationStep:
    """Tags, a comment or managers of a lead that Calltouch knows. `lead`: «call 123», a template.
    `values`: templates; of a comment one."""

    frame: StepFrame
    site: int | None
    lead: str
    values: tuple[str, ...]
    overwrite: bool


Step = (
    HttpStep
    | JsonStep
    | ComposeStep
    | FilterStep
    | FindLeadStep
    | MailStep
    | RequestStep
    | CallbackStep
    | AnnotationStep
)
