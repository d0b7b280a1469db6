"""The past of the demo: what a simulated Calltouch has sent until now, received when it was sent.

Sent over HTTP, a year would take long and would all be received today. So it is laid into an inbox
that nothing has used yet, with the stamps that it would have got, and made into a store as
`calltouch rebuild` does. Only the demo may do that: a receiver stamps what it receives.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from random import Random

import click

from calltouch.cli.output import progress_bar
from receiver.data_dir import DataDir, prepare
from receiver.digest.rebuild import rebuild
from receiver.inbox import frames
from receiver.inbox.commits import SEGMENT_BYTES
from receiver.inbox.delivery import Delivery, stamp
from receiver.inbox.frames import FrameKind
from receiver.inbox.segment import OpenSegment, create
from receiver.settings.settings import Settings
from simulator.lives.leads import Call, Lead
from simulator.market.chance import stream
from simulator.market.rhythm import DAY, MOSCOW
from simulator.market.sites import FIRST_SITE_ID
from simulator.site_forms import FilledForm, filled_forms
from simulator.webhooks.configured import Webhook
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import Sending, sendings
from simulator.webhooks.target import Target
from simulator.world import World

_AT_ONCE = 2000
_LEADS_A_TICK = 200
_FORMS = 12
_NANOSECONDS = 10**9
# On the way from Calltouch to here, in seconds: half take longer, and one in a hundred takes three.
_MEDIAN_DELAY = 0.7
_SPREAD = 0.6
_TWICE = 0.003


@dataclass(frozen=True, slots=True)
class PastRequest:
    """The past of which world, told to which webhooks. `now`: in Unix seconds; the world goes on
    after it."""

    world: World
    now: int
    webhooks: tuple[Webhook, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class DemoPast:
    """What there was, and in `later` what is still to be sent.

    `lost_on`: the day of the call that no webhook was sent about, for reconcile to find; None in a
    world without a call that is over. `forms`: of the last visitors of a site.
    """

    leads: int
    deliveries: int
    lost_on: date | None
    forms: tuple[FilledForm, ...]
    later: tuple[Sending, ...]


def lay_down_past(settings: Settings, wanted: PastRequest) -> DemoPast:
    """Fill a new data directory: the inbox, and a store made of it for digest to take over."""
    world, now = wanted.world, wanted.now
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    leads = list(world)
    happened = [lead for lead in leads if lead.happened_at < now]
    lost = _call_to_lose(happened, now - DAY)
    later: list[Sending] = []
    with progress_bar(len(leads), "Calltouch sends") as bar:
        told = _ticking((lead for lead in leads if lead is not lost), bar.update)
        sent = _until(now, sendings(told, wanted.webhooks), later)
        deliveries = _write(place.inbox, _received(sent, wanted.target, world.seed))
    unfinished = place.rebuilt.with_suffix(".unfinished")
    with progress_bar(deliveries, "Digest folds") as bar:
        rebuild(settings, unfinished, progress=bar.update)
    unfinished.rename(place.rebuilt)
    lost_on = datetime.fromtimestamp(lost.happened_at, MOSCOW).date() if lost else None
    forms = filled_forms(happened, world.seed, FIRST_SITE_ID, _FORMS)
    return DemoPast(len(happened), deliveries, lost_on, forms, tuple(later))


def _call_to_lose(leads: Sequence[Lead], before: int) -> Lead | None:
    """The last call that somebody answered and that is long over."""
    for lead in reversed(leads):
        is_over = lead.happened_at < before and lead.life[-1].condition.is_successful
        if isinstance(lead, Call) and lead.callback is None and is_over:
            return lead
    return None


def _until(now: int, told: Iterable[Sending], later: list[Sending]) -> Iterator[Sending]:
    """Those up to now; the others go into `later`."""
    for sending in told:
        if sending.sent_at < now:
            yield sending
        else:
            later.append(sending)


def _received(told: Iterable[Sending], target: Target, seed: int) -> Iterator[tuple[int, Delivery]]:
    """Each as the receiver would have kept it, with the moment of its receipt in nanoseconds."""
    rng = stream(seed, "receipts")
    received_ns = 0
    for sending in _some_twice(told, rng):
        delay = _MEDIAN_DELAY * rng.lognormvariate(0, _SPREAD)
        received_ns = max(received_ns, int((sending.sent_at + delay) * _NANOSECONDS))
        path, _, _ = target.request_target(sending.webhook, b"").partition("?")
        yield (
            received_ns,
            Delivery(
                webhook=sending.webhook,
                method=sending.method,
                path=path,
                query=sending.query,
                body=sending.body,
                content_type=CONTENT_TYPE if sending.body else "",
                source_ip=target.host,
            ),
        )


def _some_twice(told: Iterable[Sending], rng: Random) -> Iterator[Sending]:
    for sending in told:
        yield sending
        if rng.random() < _TWICE:
            yield sending


def _write(inbox: Path, received: Iterable[tuple[int, Delivery]]) -> int:
    """Into segments of a new inbox; how many. Raises `click.ClickException` for another."""
    try:
        inbox.mkdir(mode=0o700)
    except FileExistsError:
        raise click.ClickException(f"{inbox} is in use") from None
    count, segment = 0, create(inbox)
    try:
        ahead = iter(received)
        while group := list(islice(ahead, _AT_ONCE)):
            if segment.size > SEGMENT_BYTES:
                segment.close()
                segment = create(inbox)
            segment.append(b"".join(_frames(segment, group)))
            count += len(group)
    finally:
        segment.close()
    return count


def _frames(segment: OpenSegment, group: Iterable[tuple[int, Delivery]]) -> Iterator[bytes]:
    for received_ns, delivery in group:
        stamped = stamp(delivery.pack(), received_ns, received_ns)
        yield frames.encode(segment.marker, FrameKind.DELIVERY, stamped)


def _ticking(leads: Iterable[Lead], tick: Callable[[int], None]) -> Iterator[Lead]:
    for number, lead in enumerate(leads, start=1):
        if number % _LEADS_A_TICK == 0:
            tick(_LEADS_A_TICK)
        yield lead
