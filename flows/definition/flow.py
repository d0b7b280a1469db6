"""A flow: one source, then steps one after another."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from flows.conditions import Condition
from flows.definition.steps import Step

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What the sender is answered once its delivery is kept."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def allowed_origin(self) -> str | None:
        """Of browsers on other sites; without one their JSON is not even sent."""
        names = {name.lower(): value for name, value in self.headers}
        return names.get("access-control-allow-origin")


@dataclass(frozen=True, slots=True)
class HttpSource:
    """`key`, `order_by`: templates, empty for none. `per_minute`: of all workers. Sizes in bytes,
    `max_age` in seconds."""

    methods: tuple[str, ...]
    key: str
    key_days: int
    order_by: str
    after_failure: Literal["go on", "hold"]
    latest_only: bool
    required: tuple[str, ...]
    when: tuple[Condition, ...]
    unexpanded: Literal["absent", "keep"]
    charset: str
    max_body_bytes: int
    per_minute: int
    networks: tuple[Network, ...]
    max_age: int
    answer: SourceAnswer


@dataclass(frozen=True, slots=True)
class LeadSource:
    """Fires when `when` first holds of a lead, or at each change of `fields`. Times in seconds."""

    lead_type: Literal["call", "request", "any"]
    when: tuple[Condition, ...]
    fire: Literal["once", "changes"]
    fields: tuple[str, ...]
    wait: int
    recheck: bool
    unless: Literal["reached"] | tuple[Condition, ...] | None
    model: int
    hours: str
    sites: tuple[int, ...]
    own: bool
    recordings: bool
    max_age: int
    after_failure: Literal["go on", "hold"]
    latest_only: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """`name`: of its file, in addresses and commands. `title`: as people call it."""

    name: str
    title: str
    source: HttpSource | LeadSource
    steps: tuple[Step, ...]
