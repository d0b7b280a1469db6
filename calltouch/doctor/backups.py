"""Checks of backups: are there any, how old is the last one, was it whole?"""

import math

from calltouch.doctor.finding import Finding
from receiver.backup.manifest import InvalidBackup, read_manifest
from receiver.backup.shelf import BackupShelf
from receiver.ops.backup_age import DAY, backup_age_seconds, is_backup_old
from receiver.settings.settings import Settings

_CHECK = "backup"


def _backup(settings: Settings) -> list[Finding]:
    age = backup_age_seconds(settings)
    if settings.backup_to is None or age is None:
        advice = (
            "set CALLTOUCH_BACKUP_TO to a directory on another disk and CALLTOUCH_BACKUP_AT to a "
            "time, like 03:15: then `serve` makes one every day"
        )
        return [Finding(_CHECK, "warn", "no directory is set", advice)]
    if age == math.inf:
        advice = "calltouch backup; is the directory mounted, and may this user write it?"
        return [Finding(_CHECK, "fail", f"there is none in {settings.backup_to}", advice)]
    text = f"the newest of {settings.backup_to} is {age / DAY:.1f} days old"
    if is_backup_old(settings):
        advice = "calltouch backup says what is in its way; `serve` tries every hour and logs why"
        return [Finding(_CHECK, "fail", text, advice)]
    return [_newest(BackupShelf(settings.backup_to), text)]


def _newest(shelf: BackupShelf, text: str) -> Finding:
    newest = shelf.newest()
    assert newest is not None
    try:
        faults = read_manifest(newest).faults
    except InvalidBackup as error:
        return Finding(_CHECK, "fail", str(error), "calltouch backup makes another one")
    if faults:
        advice = "mend that, then run calltouch backup; older backups may still have it"
        return Finding(_CHECK, "fail", f"{text} and lacks something: {faults[0]}", advice)
    return Finding(_CHECK, "ok", text)


CHECKS = (_backup,)
