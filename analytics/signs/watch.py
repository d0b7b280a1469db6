"""What is watched: all leads, and parts of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

DayHours = Sequence[int]
"""Leads of a day by the hour, 24 of them."""


class Watch(NamedTuple):
    """Leads that should not fall silent.

    `part`: all, webhook, site, script (leads with a session), kind (value: request, call …),
    number, tag (utm_source …), source (value: of utm_source). `site`: empty for all sites.
    """

    part: str
    site: str = ""
    value: str = ""

    @property
    def whole(self) -> "Watch | None":
        """What it is a part of: that goes on while it is silent by itself."""
        if self.part == "all":
            return None
        if self.part in ("webhook", "site") or not self.site:
            return ALL
        if self.part == "number":
            return Watch("kind", self.site, "call")
        return Watch("site", self.site)

    @property
    def group(self) -> tuple[str, str]:
        """Those that share a budget of false alarms."""
        return self.part, "" if self.part == "site" else self.site


ALL = Watch("all")
_OF_CALLS = ("started", "ended", "answered", "missed")

History = Mapping[Watch, Mapping[int, DayHours]]
"""Leads by the day on which they began (its ordinal), however they have come."""


def ancestors(watch: Watch) -> list[Watch]:
    whole = watch.whole
    return [] if whole is None else [whole, *ancestors(whole)]


def broader(watch: Watch) -> list[Watch]:
    """Whose silence would explain that of the watch: also that of the same kind in all sites, and
    of the site's script, without which dynamic numbers do not ring; of calls, that of all."""
    found = ancestors(watch)
    if watch.site and watch.part not in ("site", "script"):
        found.append(Watch("script", watch.site))
    if watch.part == "kind" and watch.value in _OF_CALLS:
        found.append(Watch("kind", watch.site, "call"))
    kinds = [one for one in (watch, *found) if one.part == "kind" and one.site]
    return [*found, *(Watch("kind", "", one.value) for one in kinds)]
