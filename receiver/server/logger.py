"""gunicorn's logger: writes like everything else here and quotes no sender."""

from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from receiver.ops.logs import configure

# What stands in the access log of a web request: not what it carries.
_KEPT = ("REMOTE_ADDR", "REQUEST_METHOD", "SERVER_PROTOCOL")
_ROUTES = ("webhook", "flow")


class GunicornLogger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        configure(self.error_log.level)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> Any:
        """An access log names the route: the rest of a URL holds keys, secrets and phones, and so
        may every header."""
        route = route_of(environ["PATH_INFO"])
        shown = {name: environ.get(name, "-") for name in _KEPT}
        shown |= {"RAW_URI": route, "PATH_INFO": route, "QUERY_STRING": ""}
        return super().atoms(resp, {}, shown, request_time)


def route_of(path: str) -> str:
    """The beginning of a path that says who is asked; the name of a flow goes with it."""
    room, _, rest = path.lstrip("/").partition("/")
    if room in _ROUTES and rest:
        return f"/{room}/{rest.partition('/')[0]}"
    return f"/{room}"
