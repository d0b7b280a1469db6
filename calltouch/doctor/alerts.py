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
    failed = _asked(settings, "select channel, reason from alert_channels order by channel")
    known = {channel.name for channel in channels}
    findings = [
        Finding(
            _CHECK, "fail", f"{name}: nothing gets out: {reason}", f"calltouch alert test {name}"
        )
        for name, reason in failed
        if name in known
    ]
    return findings or [Finding(_CHECK, "ok", f"channels: {', '.join(sorted(known))}")]


def _going_on(settings: Settings) -> list[Finding]:
    rows = _asked(settings, "select kind from alerts where ended_at is null order by alert_id")
    if not rows:
        return []
    kinds = ", ".join(dict.fromkeys(kind for (kind,) in rows))
    advice = "calltouch alert list, or the page /alerts, says what to do"
    return [Finding(_CHECK, "warn", f"wrong now: {kinds}", advice)]


def _asked(settings: Settings, statement: str) -> list[tuple[str, ...]]:
    """Nothing where there is no such table yet; a damaged file is told of by another check."""
    state = DataDir(settings.data_dir).state
    if not state.exists():
        return []
    try:
        address = f"{state.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as db:
            return db.execute(statement).fetchall()
    except sqlite3.Error:
        return []


CHECKS = (_channels, _going_on)
