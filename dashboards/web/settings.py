"""What the pages are told when they are added to an application, and where views find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask, current_app

from analytics.restricted.files import LeadFiles
from dashboards.web.admission import Admission

_EXTENSION = "dashboards"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What the pages need to know of the settings; no secrets.

    `timezone`: the configured zone, an IANA name. `receiver_url`: how the world reaches the
    receiver, without a path. `has_secret`: whether webhooks must carry one. `has_api`: whether
    Calltouch's API can be asked: a token and sites are set. `fingerprint`: what the published file
    has to be made with, by name.
    """

    timezone: str
    receiver_url: str
    has_secret: bool
    has_api: bool = False
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = _utc_now


@dataclass(frozen=True, slots=True)
class Dashboards:
    """What the views work with. Per application: it does not change while the process lives.
    `files`: what each reader may see of the published file, now and at instants of the past; there
    is no other way to it."""

    files: LeadFiles
    settings: PageSettings
    admission: Admission | None

    def attach(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self


def dashboards() -> Dashboards:
    """Those of the application that answers this web request."""
    attached = current_app.extensions[_EXTENSION]
    assert isinstance(attached, Dashboards)
    return attached
