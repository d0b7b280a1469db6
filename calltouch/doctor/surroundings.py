"""Checks of the surroundings: machine, clock, disk, who may send, how the receiver is reached."""

import ipaddress
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from calltouch.app import cabinet_path
from calltouch.doctor.finding import Finding
from calltouch.listeners import link
from receiver.data_dir import InvalidDataDir, check_writable
from receiver.settings.settings import Settings
from receiver.settings.sources import service_link_advice

CALLTOUCH = ipaddress.ip_network("92.118.66.0/23")
GIB = 1 << 30
_SLOW_SYNC_SECONDS = 0.05
_TIMEOUT = 5


def _versions(settings: Settings) -> list[Finding]:
    names = ("calltouch-receiver", "duckdb", "gunicorn", "flask", "pyarrow")
    listed = ", ".join(f"{name} {version(name)}" for name in names)
    python = ".".join(map(str, sys.version_info[:3]))
    return [Finding("versions", "ok", f"Python {python}, {listed}")]


def _data_directory(settings: Settings) -> list[Finding]:
    root = settings.data_dir
    try:
        if not root.exists():
            return [
                Finding("data directory", "warn", f"{root} does not exist", "`serve` creates it")
            ]
        check_writable(root)
        seconds = _time_of_a_sync(root)
    except InvalidDataDir as error:
        return [Finding("data directory", "fail", *str(error).partition("; ")[::2])]
    except OSError as error:
        advice = "free some space on that disk, and check it"
        return [Finding("data directory", "fail", f"{root} cannot be written: {error}", advice)]
    text = f"{root.resolve()} is writable; a sync takes {seconds * 1000:.1f} ms"
    if seconds > _SLOW_SYNC_SECONDS:
        return [
            Finding("data directory", "warn", text, "a faster disk lets the receiver answer sooner")
        ]
    return [Finding("data directory", "ok", text)]


def _time_of_a_sync(directory: Path) -> float:
    with tempfile.TemporaryFile(dir=directory) as file:
        file.write(bytes(4096))
        file.flush()
        started = time.perf_counter()
        os.fdatasync(file.fileno())
        return time.perf_counter() - started


def _disk_space(settings: Settings) -> list[Finding]:
    usage = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".")
    share = usage.free / usage.total
    text = f"{usage.free / GIB:.1f} GiB free ({share:.0%})"
    advice = "free some space or move CALLTOUCH_DATA_DIR: on a full disk deliveries are refused"
    if usage.free < GIB or share < 0.05:
        return [Finding("disk space", "fail", text, advice)]
    return [
        Finding("disk space", "warn" if share < 0.2 else "ok", text, advice if share < 0.2 else "")
    ]


def _clock(settings: Settings) -> list[Finding]:
    now = datetime.now(UTC)
    local = now.astimezone(ZoneInfo(settings.timezone))
    text = f"it is {now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M} in {settings.timezone}"
    advice = "Calltouch's local times are read in this zone: it must be the one of your account"
    return [
        Finding("time zone", "ok", text, advice if settings.timezone != "Europe/Moscow" else "")
    ]


def _environment(settings: Settings) -> list[Finding]:
    if not settings.service_links:
        return []
    return [
        Finding(
            "environment",
            "warn",
            "some variables are not ours",
            service_link_advice(settings.service_links),
        )
    ]


def _who_may_send(settings: Settings) -> list[Finding]:
    findings = []
    networks = ", ".join(map(str, settings.allowed_networks)) or "nobody"
    if not any(n.version == 4 and CALLTOUCH.subnet_of(n) for n in settings.allowed_networks):  # type: ignore[arg-type]
        advice = f"add {CALLTOUCH} to CALLTOUCH_ALLOWED_NETWORKS: Calltouch sends from there"
        findings.append(Finding("allowed networks", "fail", networks, advice))
    elif settings.allowlist == "warn":
        advice = "anyone may send: set CALLTOUCH_ALLOWLIST back to enforce"
        findings.append(Finding("allowed networks", "warn", f"{networks}, not enforced", advice))
    else:
        findings.append(Finding("allowed networks", "ok", networks))
    if settings.secret_of("default") is None:
        advice = (
            "set CALLTOUCH_WEBHOOK_SECRET and add ?secret=… to the webhook's URL in Calltouch: "
            f"{cabinet_path('webhooks')}"
        )
        findings.append(Finding("secret", "warn", "none is set", advice))
    else:
        findings.append(Finding("secret", "ok", "is set"))
    return findings


def _receiver(settings: Settings) -> list[Finding]:
    address = link(settings.host, settings.port)
    try:
        answer = requests.get(f"{address}/readyz", timeout=_TIMEOUT)
    except requests.RequestException:
        advice = "start it: calltouch serve"
        return [Finding("receiver", "warn", f"nothing answers at {address}", advice)]
    if answer.status_code != 200:
        advice = "deliveries are refused until this is fixed"
        return [Finding("receiver", "fail", f"{address}: {answer.text.strip()}", advice)]
    return [Finding("receiver", "ok", f"{address} is ready")]


def _public_address(settings: Settings) -> list[Finding]:
    """Behind a proxy that is not trusted, every delivery seems to come from the proxy."""
    if settings.public_url is None:
        advice = "set CALLTOUCH_PUBLIC_URL to check access from outside"
        return [Finding("public address", "warn", "not known", advice)]
    url = f"{settings.public_url}/healthz"
    try:
        text = requests.get(url, timeout=_TIMEOUT, allow_redirects=False).text
    except requests.RequestException as error:
        advice = "check DNS, firewall, certificate and proxy"
        return [Finding("public address", "fail", f"{url}: {type(error).__name__}", advice)]
    if "you are " not in text:
        advice = "something else answers there: point the proxy at the receiver's port"
        return [Finding("public address", "fail", f"{url} does not answer as the receiver", advice)]
    seen = text.rpartition("you are ")[2].strip()
    if _is_local(seen) and not settings.trusted_proxies:
        advice = (
            f"the proxy's address {seen} is mistaken for the sender's: set "
            f"CALLTOUCH_TRUSTED_PROXIES={seen} and let the proxy set X-Forwarded-For"
        )
        return [Finding("public address", "fail", f"{url} sees this machine as {seen}", advice)]
    return [Finding("public address", "ok", f"{url} sees this machine as {seen}")]


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return True


CHECKS = (
    _versions,
    _data_directory,
    _disk_space,
    _clock,
    _environment,
    _who_may_send,
    _receiver,
    _public_address,
)
