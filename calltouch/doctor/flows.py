"""Checks of flows: can each that is in force do what it says? Nothing to say without flows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from calltouch.cli.flow.guard import guard_settings
from calltouch.doctor.finding import Finding
from flows.definition.flow import Flow, HttpSource
from flows.definition.reading import ReadFlow, read_flow
from flows.definition.steps import HttpStep
from flows.store.definitions import StoredFlow, stored_flows
from flows.store.writer import open_store
from outgoing.guard import BlockedTarget, check_target
from receiver.data_dir import DataDir
from receiver.ops.flow_runner import runner_remark
from receiver.process_lock import holder
from receiver.settings.settings import Settings

_SECRET = re.compile(r"\{\{\s*secret\.([A-Za-z0-9_-]+)")


def _flows_store(settings: Settings) -> list[Finding]:
    """Whether the file can be read; what it says is asked by the others."""
    if not DataDir(settings.data_dir).flows_store.exists():
        return []
    try:
        flows = _in_force(settings)
    except sqlite3.Error as error:
        advice = "check the disk, or put flows.sqlite back from a backup"
        return [Finding("flows", "fail", f"flows.sqlite cannot be read: {error}", advice)]
    running = sum(flow.is_running for flow in flows)
    return [Finding("flows", "ok", f"{len(flows)} in force, {running} of them running")]


def _runner(settings: Settings) -> list[Finding]:
    place = DataDir(settings.data_dir)
    if not any(flow.is_running for flow in _readable(settings)):
        return []
    who = holder(place.flows_lock)
    if who is None:
        advice = "start `calltouch serve`, or `calltouch flow run` next to your own web server"
        return [Finding("runner of flows", "warn", "none is running", advice)]
    if (remark := runner_remark(place)) is not None:
        advice = "look into its log; `kill -9` it if it hangs: `serve` starts another"
        return [Finding("runner of flows", "warn", remark, advice)]
    return [Finding("runner of flows", "ok", who)]


def _definitions(settings: Settings) -> list[Finding]:
    """Files that have been edited as well as what is in force."""
    paths = sorted(settings.definitions_dir.glob("*.toml"))
    findings: list[Finding] = []
    for path in paths:
        read = read_flow(path.stem, path.read_text(encoding="utf-8", errors="replace"))
        findings += _definition_faults(path, read)
    if paths and not findings:
        findings.append(Finding("definitions of flows", "ok", f"{len(paths)} are valid"))
    return findings


def _definition_faults(path: Path, read: ReadFlow) -> Iterator[Finding]:
    if read.flow is None:
        text = "; ".join(str(one) for one in read.problems if one.kind == "error")
        advice = f"calltouch flow check {path}"
        yield Finding("definitions of flows", "fail", f"{path.name}: {text}", advice)


def _secrets(settings: Settings) -> list[Finding]:
    used = {
        (flow.name, name)
        for flow in _readable(settings)
        for name in _SECRET.findall(flow.definition)
    }
    findings: list[Finding] = []
    for flow, name in sorted(used):
        if not dict(settings.secrets).get(name):
            text = f"flow {flow} uses {{{{secret.{name}}}}}, which is not set"
            advice = f'add a line to [secrets] of calltouch.toml: {name}_file = "…"'
            findings.append(Finding("secrets of flows", "fail", text, advice))
    if used and not findings:
        findings.append(Finding("secrets of flows", "ok", "all that are used are set"))
    return findings


def _addresses(settings: Settings) -> list[Finding]:
    """Senders need an address to send to."""
    names = [flow.name for flow in _read(settings) if isinstance(flow.source, HttpSource)]
    if not names or settings.public_url is not None:
        return []
    advice = "set CALLTOUCH_PUBLIC_URL, so that `calltouch flow url` prints whole addresses"
    return [Finding("addresses of flows", "warn", f"not known: {', '.join(names)}", advice)]


def _hosts(settings: Settings) -> list[Finding]:
    """Nothing is sent: names are looked up, and their addresses judged."""
    hosts = {
        f"{url.scheme}://{url.netloc}/": flow.name
        for flow in _read(settings)
        for step in flow.steps
        if isinstance(step, HttpStep)
        for url in [urlsplit(step.url)]
    }
    guard, findings = guard_settings(settings), []
    for address, flow_name in sorted(hosts.items()):
        try:
            check_target(address, guard)
        except BlockedTarget as blocked:
            text = f"flow {flow_name} cannot send to {address}: {blocked.reason}"
            findings.append(Finding("hosts of flows", "fail", text, _host_advice(blocked)))
    if hosts and not findings:
        findings.append(Finding("hosts of flows", "ok", f"{len(hosts)} may be sent to"))
    return findings


def _host_advice(blocked: BlockedTarget) -> str:
    if blocked.reason == "dns":
        return "the name does not resolve: check its spelling, and this machine's DNS"
    return (
        "if that is a machine of yours, add its address to CALLTOUCH_FLOW_ALLOWED_NETWORKS; else "
        "see CALLTOUCH_FLOW_ALLOWED_HOSTS and CALLTOUCH_FLOW_ALLOWED_PORTS"
    )


def _in_force(settings: Settings) -> list[StoredFlow]:
    with closing(open_store(DataDir(settings.data_dir).flows_store, read_only=True)) as db:
        return stored_flows(db)


def _readable(settings: Settings) -> list[StoredFlow]:
    """None of a file that is not there or cannot be read, which another check says."""
    if not DataDir(settings.data_dir).flows_store.exists():
        return []
    try:
        return _in_force(settings)
    except sqlite3.Error:
        return []


def _read(settings: Settings) -> list[Flow]:
    read = (read_flow(flow.name, flow.definition).flow for flow in _readable(settings))
    return [flow for flow in read if flow is not None]


CHECKS = (_flows_store, _runner, _definitions, _secrets, _addresses, _hosts)
