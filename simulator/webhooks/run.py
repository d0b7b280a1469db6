"""A run: a world sent through its webhooks, with mishaps."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from simulator.lives.leads import Call, Lead
from simulator.webhooks.configured import Webhook
from simulator.webhooks.mishaps import MishapCounts, Mishaps, befall
from simulator.webhooks.send import AnswerCounts, send_all
from simulator.webhooks.sendings import sendings
from simulator.webhooks.target import Target


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What would be sent, or was: leads by type, deliveries and mishaps."""

    leads: Counter[str]
    toll: MishapCounts


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The plan, with the answers to what was actually sent."""

    told: RunPlan
    answers: AnswerCounts
    seconds: float

    @property
    def is_all_accepted(self) -> bool:
        return self.answers.accepted == self.answers.sent

    @property
    def rate(self) -> float:
        """Deliveries per second."""
        return self.answers.sent / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that determines what is sent. `leads` may be a `World`."""

    leads: Iterable[Lead]
    webhooks: tuple[Webhook, ...]
    mishaps: Mishaps = field(default_factory=Mishaps)


def rehearse(script: Script) -> RunPlan:
    """What would be sent."""
    plan = RunPlan(Counter(), MishapCounts())
    leads = _counted(script.leads, plan.leads)
    for _ in befall(sendings(leads, script.webhooks), script.mishaps, plan.toll):
        pass
    return plan


def run(
    script: Script, target: Target, connections: int = 8, rate: float | None = None
) -> RunOutcome:
    """Send it, at most `rate` deliveries per second. Raises `send.Unreachable`."""
    plan = RunPlan(Counter(), MishapCounts())
    leads = _counted(script.leads, plan.leads)
    deliveries = befall(sendings(leads, script.webhooks), script.mishaps, plan.toll)
    started = time.monotonic()
    answers = send_all(deliveries, target, connections, rate)
    return RunOutcome(plan, answers, time.monotonic() - started)


def _counted(leads: Iterable[Lead], count: Counter[str]) -> Iterator[Lead]:
    for lead in leads:
        count["call" if isinstance(lead, Call) else "request"] += 1
        yield lead
