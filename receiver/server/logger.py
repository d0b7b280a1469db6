"""gunicorn's logger: writes like everything else here and quotes no sender."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from receiver.ops.logs import configure


class GunicornLogger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        configure(self.error_log.level)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
