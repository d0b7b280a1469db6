"""`/recordings/<lead_id>`: the recording of a call, for those allowed to listen."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from flask import Blueprint, Flask, Response, current_app, request
from requests.adapters import HTTPAdapter

from dashboards.access.gate import require_personal, shown_to
from dashboards.access.notes import note_recording
from dashboards.access.refusals import refuse
from dashboards.access.roles import Audience
from dashboards.recordings.fetch import (
    BadLink,
    NoRecording,
    NotFetched,
    PublicAdapter,
    Recording,
    fetch_recording,
)
from dashboards.web.admission import Admission

log = logging.getLogger(__name__)

listening = Blueprint("recordings", __name__)

_EXTENSION = "recordings"
# A listener occupies a thread while the audio is being sent.
MOST_LISTENERS = 2
_LARGEST_ID = (1 << 63) - 1


def _public_only() -> HTTPAdapter:
    return PublicAdapter()


@dataclass(frozen=True, slots=True)
class Recordings:
    """One per application. `reclink_of`: the recording link of a call, or None.

    `admission`: limits listeners separately from pages, which would otherwise wait minutes for a
    free slot.
    """

    reclink_of: Callable[[int], str | None]
    new_adapter: Callable[[], HTTPAdapter] = _public_only
    admission: Admission = field(default_factory=lambda: Admission(MOST_LISTENERS))

    def attach(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self


@listening.get(f"/recordings/<int(max={_LARGEST_ID}):lead_id>")
@partial(shown_to, Audience.MANAGERS)
def listen(lead_id: int) -> Response:
    require_personal()
    recordings: Recordings = current_app.extensions[_EXTENSION]
    recordings.admission.enter()
    with ExitStack() as at_the_end:
        at_the_end.callback(recordings.admission.leave)
        link = recordings.reclink_of(lead_id)
        if link is None:
            raise NoRecording
        wanted_range = request.headers.get("Range")
        recording = fetch_recording(link, wanted_range, recordings.new_adapter())
        at_the_end.callback(recording.close)
        note_recording(lead_id)
        response = _passed_on(recording)
        response.call_on_close(at_the_end.pop_all().close)
        return response


@listening.errorhandler(NoRecording)
def no_recording(error: NoRecording) -> Response:
    return refuse(404, "recording.none_title", "recording.none", "there is no recording")


@listening.errorhandler(NotFetched)
def not_fetched(error: NotFetched) -> Response:
    log.warning("a recording could not be fetched: %s", error)
    text = "recording.bad_link" if isinstance(error, BadLink) else "recording.not_fetched"
    return refuse(502, "recording.not_fetched_title", text, "the recording could not be fetched")


def _passed_on(recording: Recording) -> Response:
    """If the recording breaks off, the answer breaks off too, so that the browser notices."""
    response = Response(recording.pieces(), recording.status)
    response.headers.pop("Content-Type")
    response.headers.update(recording.headers)
    return response
