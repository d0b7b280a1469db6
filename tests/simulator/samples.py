"""The recorded webhooks, as bodies and decoded."""

from pathlib import Path

from receiver.decode import Params, decode
from simulator.webhooks.form_encoding import CONTENT_TYPE

SAMPLES = Path(__file__).parents[1] / "samples"

CALL_START = "webhook_call_start.DERIVED.urlencoded.txt"
CALL_END = "webhook_call_end.DERIVED.urlencoded.txt"
CALL_UPDATE = "webhook_call_update_all_arrays.SYNTHETIC.urlencoded.txt"
REQUEST = "webhook_request.DERIVED.urlencoded.txt"
ALL = (CALL_START, CALL_END, CALL_UPDATE, REQUEST)


def body(name: str) -> bytes:
    return (SAMPLES / name).read_bytes().strip()


def params(name: str) -> Params:
    return params_of(body(name))


def params_of(form: bytes) -> Params:
    decoded = decode(b"", form, CONTENT_TYPE, {})
    assert not decoded.problems
    return decoded.params
