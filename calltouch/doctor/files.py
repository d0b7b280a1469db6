"""Checks of our own files: is digest running, is everything readable, is the archive complete?"""

import grp
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from analytics import state_file
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import LakeNotInstalled
from analytics.published_file import NotPublished, NotReachable, Published
from analytics.store import SCHEMA_VERSION
from calltouch.doctor.finding import Finding
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.check import glance
from receiver.digest.archive.coverage import archived_end
from receiver.digest.archive.faults import TODO
from receiver.digest.archive.reference import reading, reading_lake
from receiver.inbox.reader import InboxReader
from receiver.process_lock import digest_holder
from receiver.published import published_source
from receiver.resync.progress import models_of_requests
from receiver.settings.settings import Settings


def _digest(settings: Settings) -> list[Finding]:
    who = digest_holder(settings.data_dir)
    if who is None:
        advice = "start `calltouch serve`, or `calltouch digest` next to your own web server"
        return [Finding("digest", "warn", "none is running", advice)]
    return [Finding("digest", "ok", who)]


def _published(settings: Settings) -> list[Finding]:
    source = published_source(settings)
    try:
        with Published(source).reading() as db:
            row = db.execute(
                "select published_at::varchar, last_received_at::varchar, "
                "last_delivery_id from freshness"
            ).fetchone()
        size = source.size()
    except NotReachable as error:
        advice = "start PostgreSQL, or correct CALLTOUCH_STORE and its password"
        return [Finding("published file", "fail", str(error), advice)]
    except NotPublished as error:
        return [Finding("published file", "warn", str(error), "it appears once digest has run")]
    assert row is not None
    published_at, received_at, last_id = row
    text = (
        f"published {published_at}; last delivery {last_id or 'none'} of {received_at or 'never'}"
    )
    if settings.lake is not None:
        return [Finding("published file", "ok", f"{source}: {size / 1e6:.1f} MB; {text}")]
    return [Finding("published file", "ok", text), *_who_may_read(settings, source.file)]


def _who_may_read(settings: Settings, path: Path) -> list[Finding]:
    status = path.stat()
    mode, group = f"{stat.S_IMODE(status.st_mode):04o}", _group_name(status.st_gid)
    text = f"{path.name} has mode {mode} and group {group}"
    if status.st_mode & stat.S_IROTH and settings.published_mode is None:
        advice = (
            "everyone on this machine can read names and phones: set CALLTOUCH_PUBLISHED_MODE=0440 "
            "(and CALLTOUCH_PUBLISHED_GROUP to the group that may), or 0444 if that is intended"
        )
        return [Finding("who may read it", "warn", text, advice)]
    wanted = settings.published_group
    if wanted is not None and wanted not in (group, str(status.st_gid)):
        advice = f"add the user that runs `serve` to the group: usermod -aG {wanted} <user>"
        return [Finding("who may read it", "fail", f"{text}, not {wanted}", advice)]
    return [Finding("who may read it", "ok", text)]


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _state(settings: Settings) -> list[Finding]:
    path = DataDir(settings.data_dir).state
    try:
        if not path.exists():
            return [Finding("state.sqlite", "ok", "does not exist yet")]
        state_file.check(path)
    except (sqlite3.Error, OSError) as error:
        text, _, advice = state_file.trouble_with(path, error).partition(": ")
        return [Finding("state.sqlite", "fail", text, advice)]
    return [Finding("state.sqlite", "ok", "readable and writable")]


def _inbox(settings: Settings) -> list[Finding]:
    place = DataDir(settings.data_dir)
    reader = InboxReader(place.inbox)
    size = sum(segment.limit for segment in reader.look().segments)
    reader.close()
    findings = [Finding("inbox", "ok", f"{size / (1 << 20):.1f} MiB in segments")]
    damaged = len(list(place.damaged.glob("*"))) if place.damaged.exists() else 0
    if damaged:
        advice = f"look at {place.damaged}, check the disk, and have Calltouch resend that period"
        findings.append(Finding("inbox", "warn", f"{damaged} damaged pieces kept", advice))
    return findings


def _request_models(settings: Settings) -> list[Finding]:
    """Whether querying requests in model 0 is worth its points."""
    if 0 not in settings.api_request_models:
        return []
    findings = []
    try:
        sites = models_of_requests(DataDir(settings.data_dir).state)
    except sqlite3.Error as error:
        return [Finding("models of requests", "warn", f"state.sqlite cannot be read: {error}")]
    for site_id, records, in_model_0 in sites:
        text = f"site {site_id}: queried for model 0, {in_model_0} of {records} records were in it"
        if records and not in_model_0:
            advice = (
                "Calltouch does not return it to you: set CALLTOUCH_API_REQUEST_MODELS=1 to halve "
                "these API calls; model 0 then comes from webhooks alone"
            )
            findings.append(Finding("models of requests", "warn", text, advice))
        else:
            findings.append(Finding("models of requests", "ok", text))
    return findings


def _archive(settings: Settings) -> list[Finding]:
    """A glance; `calltouch archive check` reads everything."""
    try:
        return _archive_seen(settings)
    except (LakeUnreachable, LakeNotInstalled):
        text = "what it must hold is not known while the lake does not answer"
        return [Finding("archive", "warn", text)]


def _archive_seen(settings: Settings) -> list[Finding]:
    place = DataDir(settings.data_dir)
    archive = Archive(place.archive)
    known = reading(place.published) if settings.lake is None else reading_lake(settings.lake)
    with closing(InboxReader(place.inbox)) as reader, known as published:
        end = archived_end(archive, reader.look(), published)
        faults = glance(archive, published, end)
        version = published.fingerprint()["schema_version"] if published else str(SCHEMA_VERSION)
    findings = [Finding("archive", "fail", str(fault), TODO) for fault in faults]
    if not findings:
        text = f"{len(archive.entries())} files; none is missing or has changed its size"
        findings.append(Finding("archive", "ok", text))
    lost = archive.manifest.contents().lost
    if lost:
        count, ids = sum(ids.count for ids in lost), f"{lost[0].first_id} to {lost[-1].last_id}"
        text = f"{count} deliveries are lost for good, with ids between {ids}"
        advice = "the table lost_deliveries lists them; have Calltouch resend those days"
        findings.append(Finding("lost deliveries", "warn", text, advice))
    if version != str(SCHEMA_VERSION):
        text = f"the published file has version {version}, not {SCHEMA_VERSION}"
        advice = "a running digest rebuilds it if the archive is complete; see its log"
        findings.append(Finding("store", "warn", text, advice))
    return findings


CHECKS = (
    _digest,
    _published,
    _state,
    _inbox,
    _request_models,
    _archive,
)
