"""Checks of parcels between hosts: do they move, and how far is each host?"""

from datetime import UTC, datetime

from calltouch.doctor.finding import Finding
from calltouch.shipping_part import has_extra
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.ops.shipping_state import (
    SILENT_SECONDS,
    WAITING_SECONDS,
    HostState,
    ShippingState,
    read_state,
    shipping_remark,
)
from receiver.settings.settings import Settings
from receiver.shipping.journal import read_taken

_CHECK = "parcels"
_BEHIND_SECONDS = 30.0
_MOST_BODY_BYTES = 256 << 20


def _parcels(settings: Settings) -> list[Finding]:
    if settings.parcels is None:
        return []
    if not has_extra():
        advice = "pip install 'calltouch-receiver[parcels]'"
        return [Finding(_CHECK, "fail", "the extra parcels is not installed", advice)]
    place = DataDir(settings.data_dir)
    state = read_state(place.shipping)
    remark = shipping_remark(place.shipping)
    if state is None or remark is not None:
        advice = "`serve` tries again by itself and logs why; receiving goes on meanwhile"
        trouble = Finding(_CHECK, "fail", remark or "nothing is known", advice)
        return [trouble, *_large(settings), *_erased(settings)]
    hosts = [*map(_of_host, state.hosts), *_lost(state)]
    return [*_moving(state), *_large(settings), *_erased(settings), *hosts]


def _moving(state: ShippingState) -> list[Finding]:
    if state.role == "take":
        return [Finding(_CHECK, "ok", f"taken from {len(state.hosts)} hosts")]
    return [
        Finding(_CHECK, "ok", f"handed over as {state.host}; {state.waiting_bytes} bytes wait here")
    ]


def _of_host(state: HostState) -> Finding:
    check = f"host {state.host}"
    text = (
        f"shipped {state.shipped}, taken {state.taken}, heard of {state.silent_seconds:.0f} s ago"
    )
    if state.silent_seconds > SILENT_SECONDS:
        advice = (
            "look whether that machine runs. If it is gone for good, so is what it had not handed "
            "over: calltouch reconcile --heal, then calltouch parcels --forget"
        )
        return Finding(check, "fail", f"{text}; {state.waiting_bytes} bytes waited there", advice)
    if state.oldest_seconds > WAITING_SECONDS:
        text += f"; the oldest parcel waits for {state.oldest_seconds:.0f} s"
        return Finding(
            check, "fail", text, "is the disk full? The log of `calltouch take` says why"
        )
    if state.addresses_behind_seconds > _BEHIND_SECONDS:
        text += f"; for {state.addresses_behind:.0f} s it has served other addresses of flows"
        advice = (
            "is its disk full, or its version older? The log of `calltouch ship` there says why"
        )
        return Finding(check, "warn", text, advice)
    return Finding(check, "ok", text)


def _lost(state: ShippingState) -> list[Finding]:
    findings = []
    for host in state.hosts:
        check = f"host {host.host}"
        if host.replaced_at is not None:
            when = datetime.fromtimestamp(host.replaced_at, UTC).isoformat(timespec="minutes")
            text = (
                f"a new inbox took this name over at {when}: what the old one had not handed over"
            )
            text += (
                f" is lost with its disk ({host.replaced_bytes} bytes when it was heard of last)"
            )
            advice = "calltouch reconcile --heal, then calltouch parcels --forget"
            findings.append(Finding(check, "warn", text, advice))
        if host.missing:
            text = f"{host.missing} parcels were no longer kept when they were to be taken"
            advice = "calltouch reconcile --heal, then calltouch parcels --forget"
            findings.append(Finding(check, "warn", text, advice))
    return findings


def _erased(settings: Settings) -> list[Finding]:
    """On the host that takes: people who are erased here, and not yet in PostgreSQL."""
    if settings.ships:
        return []
    place = DataDir(settings.data_dir)
    ended = sum(one.ended_at is not None for one in ErasureLog(place.erasures).erasures())
    known = read_taken(place.taken_parcels)
    waiting = ended - (known.gone if known else 0)
    if waiting <= 0:
        return []
    text = f"{waiting} not ended in PostgreSQL yet: parcels there may hold these people"
    advice = "a minute or two after `calltouch take` reaches PostgreSQL they are gone"
    return [Finding("erasures", "warn", text, advice)]


def _large(settings: Settings) -> list[Finding]:
    if not settings.ships or settings.max_body_bytes <= _MOST_BODY_BYTES:
        return []
    text = f"bodies of {settings.max_body_bytes >> 20} MiB do not fit into a parcel"
    return [Finding(_CHECK, "fail", text, "set CALLTOUCH_MAX_BODY_BYTES to 268435456 at most")]


CHECKS = (_parcels,)
