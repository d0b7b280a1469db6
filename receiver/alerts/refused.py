"""Deliveries that the receiver refuses: too many in the last hour, by reason."""

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from analytics.alerts.trouble import AlertRecord, Trouble
from receiver.alerts.source import Findings
from receiver.ops.metrics import exposition

REFUSED = "refused"
LEAST, SHARE = 10, 0.05
_SPAN = timedelta(hours=1)
_COUNTER = re.compile(
    r'^calltouch_deliveries_(accepted|refused)_total\{(?:webhook|reason)="([^"\n]*)"\} (\S+)$',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class AnsweredCounts:
    """Since the start of `serve`. `refused`: by reason."""

    accepted: float
    refused: Mapping[str, float]


@dataclass(slots=True)
class RefusedDeliveries:
    """`counts`: see `answered_counts`. Anybody on the internet may be refused, so a few are
    nothing, and where much is accepted some are not, either."""

    counts: Callable[[], AnsweredCounts]
    name: str = REFUSED
    kinds: frozenset[str] = frozenset((REFUSED,))
    _seen: deque[tuple[datetime, AnsweredCounts]] = field(default_factory=deque)

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        counts = self.counts()
        if self._seen and _has_begun_anew(self._seen[-1][1], counts):
            self._seen.clear()
        self._seen.append((now, counts))
        while len(self._seen) > 1 and self._seen[1][0] <= now - _SPAN:
            self._seen.popleft()
        began_at, before = self._seen[0]
        found = {trouble.subject: trouble for trouble in _troubles(before, counts, began_at)}
        if now - began_at < _SPAN:
            # It is not known for an hour what has happened in an hour.
            for alert in known:
                kept = Trouble(REFUSED, alert.subject, alert.cause, alert.figures, alert.began_at)
                found[alert.subject] = kept
        before_it = {alert.subject: alert.began_at for alert in known}
        return Findings(
            [
                Trouble(
                    REFUSED, one.subject, one.cause, one.figures, before_it.get(subject, one.since)
                )
                for subject, one in found.items()
            ]
        )


def answered_counts(data_dir: Path) -> AnsweredCounts:
    accepted, refused = 0.0, dict[str, float]()
    text = exposition(data_dir).decode("utf-8", "replace")
    for name, label, value in _COUNTER.findall(text):
        if name == "accepted":
            accepted += float(value)
        else:
            refused[label] = refused.get(label, 0.0) + float(value)
    return AnsweredCounts(accepted, refused)


def _has_begun_anew(before: AnsweredCounts, now: AnsweredCounts) -> bool:
    return now.accepted < before.accepted or any(
        now.refused.get(reason, 0.0) < count for reason, count in before.refused.items()
    )


def _troubles(before: AnsweredCounts, now: AnsweredCounts, since: datetime) -> list[Trouble]:
    accepted = now.accepted - before.accepted
    troubles = []
    for reason, count in sorted(now.refused.items()):
        refused = count - before.refused.get(reason, 0.0)
        if refused >= LEAST and refused >= SHARE * (refused + accepted):
            figures = {"refused": refused, "accepted": accepted}
            troubles.append(Trouble(REFUSED, reason, "", figures, since))
    return troubles
