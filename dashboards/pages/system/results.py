"""A job as it is shown: what it does, how far it is, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboards.pages.system.desk import JobRecord, JobWish
from dashboards.slice.period import Period
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

_OF_RESYNC = ("web_requests", "fetched", "created", "updated", "unchanged")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ShownJob:
    """`title`: what is done, to which days and sites. `progress`: from 0 to 1, None while it is not
    known. `summary`: what came of it, or what went wrong."""

    job_id: int
    title: str
    state: str
    state_name: str
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    progress: float | None
    summary: str
    is_over: bool
    is_stopping: bool
    has_document: bool


def shown_job(job: JobRecord, texts: Texts, formats: Formats) -> ShownJob:
    return ShownJob(
        job.job_id,
        _title(job, texts, formats),
        texts(f"system.{'stopping' if job.is_stopping and not job.is_over else job.state}"),
        job.state,
        job.asked_by,
        job.asked_at,
        job.began_at,
        job.ended_at,
        min(job.done / job.total, 1.0) if job.total else None,
        _summary(job, texts, formats),
        job.is_over,
        job.is_stopping,
        job.has_document,
    )


def _title(job: JobRecord, texts: Texts, formats: Formats) -> str:
    if job.wish is None:
        return job.kind
    parts = [texts(f"system.{job.kind}"), wish_text(job.wish, texts, formats)]
    return ": ".join(part for part in parts if part)


def wish_text(wish: JobWish, texts: Texts, formats: Formats) -> str:
    """Days, sites and lead type."""
    if wish.lead_id is not None:
        return f"{texts(f'site.{wish.lead_type}')} {wish.lead_id}"
    if wish.first is None or wish.last is None:
        return ""
    sites = ", ".join(map(str, wish.sites))
    parts = (
        formats.days(Period(wish.first, wish.last)),
        texts("system.of_sites", sites=sites) if sites else "",
        texts(f"system.only_{wish.lead_type}") if wish.lead_type else "",
    )
    return ", ".join(part for part in parts if part)


def _summary(job: JobRecord, texts: Texts, formats: Formats) -> str:
    if job.problem and not job.result:
        return job.problem
    if not job.is_over:
        share = formats.percent(job.done / job.total, 0) if job.total else ""
        return share if job.state == "running" else ""
    tell = _TELLERS.get(job.kind, _reconcile)
    return tell(job.result, texts, formats) if job.result else ""


def _resync(result: Mapping[str, Any], texts: Texts, formats: Formats) -> str:
    told = [
        texts(f"system.{name}", count=formats.number(result[name]))
        for name in _OF_RESYNC
        if isinstance(result.get(name), int)
    ]
    return ", ".join(told)


def _reconcile(result: Mapping[str, Any], texts: Texts, formats: Formats) -> str:
    """Of the second comparison, where leads were fetched."""
    left = result.get("left")
    now = left if isinstance(left, dict) and result.get("healed") else result
    days, lost = result.get("days", []), now.get("lost", [])
    differing = sum(day["differing"] for day in now.get("days", []))
    compared = sum(day["in_api"] for day in days)
    key = "system.healed" if result.get("healed") else "system.compared"
    return texts(
        key,
        leads=formats.count("leads", compared),
        lost=formats.number(len(lost)),
        differing=formats.number(differing),
    )


def _backup(result: Mapping[str, Any], texts: Texts, formats: Formats) -> str:
    told = texts(
        "system.backed_up",
        deliveries=formats.count("deliveries", result["deliveries"]),
        size=formats.number(result["bytes"] / _MEGABYTE, 1),
    )
    faults = result.get("faults", [])
    return f"{told} {texts('system.faults', count=len(faults))}" if faults else told


def _erased(result: Mapping[str, Any], texts: Texts, formats: Formats) -> str:
    key = "system.erased" if "act" in result else "system.would_erase"
    told = texts(
        key,
        leads=formats.count("leads", result["leads"]),
        deliveries=formats.count("deliveries", result["deliveries"]),
        places=formats.number(sum(result["places"].values())),
    )
    return f"{told} {texts('system.act', act=result['act'])}" if "act" in result else told


def _pruned(result: Mapping[str, Any], texts: Texts, formats: Formats) -> str:
    values = sum(one["values"] for one in result["classes"])
    size = sum(one["bytes"] or 0 for one in result["classes"])
    return texts(
        "system.would_prune" if result["is_dry_run"] else "system.pruned",
        values=formats.number(values),
        size=formats.number(size / _MEGABYTE, 1),
        files=formats.number(len(result["files"])),
    )


_TELLERS = {
    "resync": _resync,
    "backup": _backup,
    "erase_plan": _erased,
    "erase": _erased,
    "prune_plan": _pruned,
    "prune": _pruned,
}
