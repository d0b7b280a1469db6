"""Reads settings from files and the environment, as editors, Docker and Kubernetes leave them.

`docker run --env-file` keeps quotes and trailing spaces, Windows editors write byte order marks
and `\\r\\n`, and Kubernetes adds its own variables: for a Service named `calltouch` every pod gets
CALLTOUCH_SERVICE_HOST, CALLTOUCH_PORT=tcp://10.0.0.1:80 and more
(https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "CALLTOUCH_"

_OURS = re.compile(rf"\W*(?:export\s+)?({PREFIX}\w*)\W*", re.IGNORECASE)
_LINK = re.compile(
    r"CALLTOUCH(?:_[A-Z0-9_]+)?_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?"
    r"|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR|START|END))?)"
)
_LINK_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://\S+")
_QUOTES = "\"'"
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Variables:
    """`values`: by name, stripped of quotes and spaces. `service_links`: variables set by others
    for a service that happens to be named like this program; not settings."""

    values: Mapping[str, str]
    service_links: tuple[str, ...]


def read_variables(environ: Mapping[str, str]) -> Variables:
    """All variables of this program."""
    values: dict[str, str] = {}
    for key, value in environ.items():
        match = _OURS.fullmatch(key)
        # The correctly spelt one wins.
        if match and (match[1] == key or match[1] not in environ):
            values[match[1]] = _plain(value)
    links = tuple(sorted(name for name in values if _is_link(name, values)))
    return Variables({n: v for n, v in values.items() if n not in links}, links)


def service_link_advice(names: Iterable[str]) -> str:
    return (
        f"{', '.join(names)}: ignored; set by Kubernetes or Docker for a service called calltouch, "
        "not settings. Avoid them with `enableServiceLinks: false` in the pod spec"
    )


def read_file(path: Path) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark, as PowerShell writes it.

    Raises `OSError`, or `ValueError` if it is neither.
    """
    raw = path.read_bytes()
    is_utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8; save it as UTF-8") from None


def _is_link(name: str, values: Mapping[str, str]) -> bool:
    if _LINK.fullmatch(name):
        return True
    if name.endswith("_PORT"):
        return bool(_LINK_ADDRESS.fullmatch(values[name]))
    # Docker container links: https://docs.docker.com/engine/network/links/
    service = re.sub(r"_(?:NAME|ENV_\w+)$", "", name)
    return service != name and bool(_LINK_ADDRESS.fullmatch(values.get(f"{service}_PORT", "")))


def _plain(value: str) -> str:
    """Spaces alone are kept: a blank secret is an error, not an unset one."""
    bare = value.strip("\r\n").strip(_MARK)
    text = bare.strip()
    if not text:
        return bare
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES else text
