"""What admins see of the system and have done in the browser: settings, webhooks, backups, jobs."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import Any, cast, get_args

from calltouch.cli.config import setting_rows
from dashboards.pages.system.desk import (
    OF_THE_API,
    BackupSetUp,
    JobCost,
    JobKind,
    JobRecord,
    JobStateName,
    JobWish,
    NotPossible,
    RetentionClassName,
    RetentionSetUp,
    SettingInForce,
    WebhookSetUp,
)
from receiver.backup.shelf import BackupShelf, moment_of
from receiver.data_dir import DataDir
from receiver.jobs.queue import Job, JobQueue, JobState
from receiver.jobs.running import DOCUMENT, ask_for
from receiver.ops.backup_age import is_backup_old
from receiver.resync.plan import LEAD_TYPES, NothingToAsk, ResyncPlan, sites_to_ask
from receiver.settings.settings import Settings

MOST_DAYS = 1100
_FLAGS = {"call": "--calls", "request": "--requests"}


class StoredSystem:
    """A `SystemDesk`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)

    def settings(self) -> Sequence[SettingInForce]:
        return [
            SettingInForce(row["setting"], _written(row["value"]), row["from"], row["meaning"])
            for row in setting_rows(self._settings)
        ]

    def webhooks(self) -> Mapping[str, WebhookSetUp]:
        return {
            name: WebhookSetUp(
                webhook.model, webhook.kind, dict(webhook.rename), bool(webhook.secret)
            )
            for name, webhook in self._settings.webhooks.items()
        }

    def backups(self) -> BackupSetUp:
        settings = self._settings
        daily = f"{settings.backup_at:%H:%M}" if settings.backup_at else None
        if settings.backup_to is None:
            return BackupSetUp(None, daily, settings.backup_keep, None, 0, False)
        backups = BackupShelf(settings.backup_to).whole()
        return BackupSetUp(
            str(settings.backup_to),
            daily,
            settings.backup_keep,
            moment_of(backups[-1]) if backups else None,
            len(backups),
            is_backup_old(settings),
        )

    def retention(self) -> RetentionSetUp:
        settings = self._settings
        classes = get_args(RetentionClassName)
        days = {name: getattr(settings, f"keep_{name}_days") or None for name in classes}
        return RetentionSetUp(days, f"{settings.prune_at:%H:%M}")

    def sites(self) -> Sequence[int]:
        try:
            return sites_to_ask(self._settings)
        except NothingToAsk:
            return ()

    def cost(self, wish: JobWish) -> JobCost:
        plan = self._plan(wish)
        windows = len(plan.windows())
        return JobCost(
            days=(plan.last_day - plan.first_day).days + 1,
            sites=len(plan.sites),
            web_requests=windows,
            seconds=windows / self._settings.api_per_second,
            points_per_day=self._settings.api_points_per_day,
        )

    def ask_for(self, wish: JobWish, who: str) -> int:
        self._check(wish)
        return ask_for(self._place, wish.kind, _arguments(wish, self._settings), who)

    def _check(self, wish: JobWish) -> None:
        """Raises `NotPossible`."""
        if wish.kind in OF_THE_API:
            self._plan(wish)
        elif wish.kind == "backup" and self._settings.backup_to is None:
            raise NotPossible("no_backup_to")
        elif wish.kind in ("erase_plan", "erase") and not (wish.lead_type and wish.lead_id):
            raise NotPossible("no_such_lead")
        elif wish.kind in ("prune_plan", "prune") and not self.retention().ends_something:
            raise NotPossible("keeps_all")

    def jobs(self, at_most: int) -> Sequence[JobRecord]:
        with JobQueue(self._place.state) as queue:
            return [_record(job) for job in queue.newest(at_most)]

    def job(self, job_id: int) -> JobRecord | None:
        with JobQueue(self._place.state) as queue:
            found = queue.job(job_id)
        return None if found is None else _record(found)

    def document(self, job_id: int) -> str | None:
        with JobQueue(self._place.state) as queue:
            found = queue.job(job_id)
        return None if found is None else found.document

    def stop(self, job_id: int) -> bool:
        with JobQueue(self._place.state) as queue:
            return queue.ask_to_stop(job_id)

    def _plan(self, wish: JobWish) -> ResyncPlan:
        """Raises `NotPossible`."""
        if wish.first is None or wish.last is None or wish.first > wish.last:
            raise NotPossible("bad_period")
        if (wish.last - wish.first).days >= MOST_DAYS:
            raise NotPossible("long_period")
        try:
            sites = sites_to_ask(self._settings, wish.sites)
        except NothingToAsk as error:
            raise NotPossible("no_api", str(error)) from error
        return ResyncPlan(
            wish.first,
            wish.last,
            sites=sites,
            lead_types=(wish.lead_type,) if wish.lead_type else LEAD_TYPES,
            request_models=self._settings.api_request_models,
        )


def _arguments(wish: JobWish, settings: Settings) -> list[str]:
    """Of the command that does it. Nothing personal: a job is kept, and shown."""
    of_person = ["--lead", f"{wish.lead_type}:{wish.lead_id}", "--json"]
    act = ["--yes", "--act", DOCUMENT, "--language", wish.language]
    known = {
        "backup": ["backup", "--keep", str(settings.backup_keep), "--json"],
        "erase_plan": ["erase", "--dry-run", *of_person],
        "erase": ["erase", *act, *of_person],
        "prune_plan": ["prune", "--dry-run", "--json"],
        "prune": ["prune", "--json"],
    }
    if wish.kind in known:
        return known[wish.kind]
    command = "resync" if wish.kind == "resync" else "reconcile"
    days = ["--from", f"{wish.first}", "--to", f"{wish.last}"]
    sites = [word for site in wish.sites for word in ("--site", str(site))]
    only = [_FLAGS[wish.lead_type]] if wish.lead_type else []
    more = {
        "heal": ["--heal"],
        "certificate": ["--certificate", DOCUMENT, "--language", wish.language],
    }
    return [command, *days, *sites, *only, *more.get(wish.kind, []), "--json"]


def _wish(job: Job) -> JobWish | None:
    """Read back from the command line, so that nothing is told twice."""
    if job.kind not in get_args(JobKind):
        return None
    words = list(job.arguments)
    values = dict(pairwise(words))
    sites = [after for word, after in pairwise(words) if word == "--site"]
    lead_type, _, lead_id = values.get("--lead", "").partition(":")
    types = [lead_type for lead_type, flag in _FLAGS.items() if flag in words] or [lead_type]
    days = (values.get(flag) for flag in ("--from", "--to"))
    first, last = (None if day is None else date.fromisoformat(day) for day in days)
    return JobWish(
        cast(JobKind, job.kind),
        first,
        last,
        tuple(map(int, sites)),
        cast(Any, types[0]),
        int(lead_id) if lead_id else None,
        values.get("--language", "ru"),
    )


def _record(job: Job) -> JobRecord:
    result: Any = None
    with suppress(json.JSONDecodeError):
        result = json.loads(job.output) if job.output else None
    lines = [line for line in job.errors.splitlines() if line.strip()]
    has_failed = job.state in (JobState.FAILED, JobState.DIFFERENCES)
    return JobRecord(
        job_id=job.job_id,
        kind=job.kind,
        wish=_wish(job),
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        began_at=job.began_at,
        ended_at=job.ended_at,
        state=cast(JobStateName, str(job.state)),
        is_stopping=job.stop_asked_at is not None,
        done=job.done,
        total=job.total,
        result=result if isinstance(result, dict) else {},
        problem=lines[-1].removeprefix("Error: ") if lines and has_failed else "",
        has_document=job.document is not None,
    )


def _written(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
