"""Checks of the file without persons: is it made, and how old is it?"""

import stat

from analytics.keyed.age import keyed_age
from analytics.published_file import NotPublished
from calltouch.doctor.finding import Finding
from receiver.data_dir import DataDir
from receiver.published import published_source
from receiver.settings.settings import Settings

_CHECK = "keyed file"
_ADVICE = "calltouch keyed makes it now, and says what is in its way; `serve` logs it"
_LATE = 2


def _keyed_file(settings: Settings) -> list[Finding]:
    if not settings.keyed_seconds:
        return []
    place = DataDir(settings.data_dir)
    try:
        age = keyed_age(place.keyed, published_source(settings))
    except NotPublished:
        # Another check tells of that.
        return []
    if age is None:
        return [Finding(_CHECK, "warn", "there is none yet, or it cannot be opened", _ADVICE)]
    text = f"made {age.seconds / 60:.0f} minutes ago"
    if age.is_behind and age.seconds > _LATE * settings.keyed_seconds:
        return [Finding(_CHECK, "warn", text, _ADVICE)]
    mode = stat.S_IMODE(place.keyed.stat().st_mode)
    return [Finding(_CHECK, "ok", f"{text}, mode {mode:04o}")]


CHECKS = (_keyed_file,)
