"""A call recording: an MP3 of silence."""

from flask import Blueprint, Response

from simulator.api.access import check_query_token
from simulator.api.answers import json_answer
from simulator.api.state import state_here
from simulator.webhooks.wording import has_recording

recordings = Blueprint("recordings", __name__)

# Header of a frame at 128 kbit/s and 44.1 kHz, and 413 empty bytes.
_FRAME = b"\xff\xfb\x90\x64" + bytes(413)
_FRAMES = 38


@recordings.get("/calls-service/RestAPI/<int:site_id>/calls-diary/calls/<int:call_id>/download")
def download(site_id: int, call_id: int) -> Response:
    """How Calltouch reports a missing recording is a guess: some error."""
    check_query_token(site_id)
    account = state_here().account
    call = account.lead("call", call_id)
    condition = account.condition(call) if call and call.site.site_id == site_id else None
    if condition is None or not has_recording(condition):
        return json_answer({"message": "Запись не найдена"}, 404)
    return Response(_FRAME * _FRAMES, content_type="audio/mpeg")
