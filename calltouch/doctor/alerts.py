"""Checks of alerts: is anybody told, does every channel work, is something wrong now?"""

import sqlite3
from contextlib import closing

from calltouch.alerts.channels import alert_channels
from calltouch.doctor.finding import Finding
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_CHECK = "alerts"


def _channels(settings: Settings) -> list[Finding]:
    channels = alert_channels(settings)
    if not channels:
        advice = (
            "set CALLTOUCH_ALERT_TO, or a table [alerts.<name>] in calltouch.toml for Telegram or "
            "any HTTP address; then calltouch alert test"
        )
        return [Finding(_CHECK, "warn", "nobody is told when something is wrong", advice)]
    failed = _failed_channels(settings)
    known = {channel.name for channel in channels}
    findings = [
        Finding(
            _CHECK, "fail", f"{name}: nothing gets out: {reason}", f"calltouch alert test {name}"
        )
        for name, reason in failed.items()
        if name in known
    ]
    return findings or [Finding(_CHECK, "ok", f"channels: {', '.join(sorted(known))}")]


def _going_on(settings: Settings) -> list[Finding]:
    found = _kinds_now(settings)
    if not found:
        return []
    kinds = ", ".join(dict.fromkeys(found))
    advice = "calltouch alert list, or the page /alerts, says what to do"
    return [Finding(_CHECK, "warn", f"wrong now: {kinds}", advice)]


def _opened(settings: Settings) -> sqlite3.Connection:
    """Raises `sqlite3.Error`, also where there is no such file yet."""
    address = f"{DataDir(settings.data_dir).state.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=5)


def _failed_channels(settings: Settings) -> dict[str, str]:
    """Why nothing gets out, by channel. A damaged file is told of by another check."""
    try:
        with closing(_opened(settings)) as db:
            return dict(db.execute("select channel, reason from alert_channels order by channel"))
    except sqlite3.Error:
        return {}


def _kinds_now(settings: Settings) -> list[str]:
    try:
        with closing(_opened(settings)) as db:
            rows = db.execute("select kind from alerts where ended_at is null order by alert_id")
            return [kind for (kind,) in rows]
    except sqlite3.Error:
        return []


CHECKS = (_channels, _going_on)
