"""An S3 server of the tests' own, on a loopback port. What is in it stays while it is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

SECRET = "a-secret-that-nobody-sees"


class S3Server:
    """In threads of this process."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None
        self.port = 0

    @property
    def environ(self) -> dict[str, str]:
        """What clients of it are told."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "AKIALAKE",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nobody listens any more."""
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def make_bucket(self, name: str) -> None:
        requests.put(f"http://127.0.0.1:{self.port}/{name}", timeout=30).raise_for_status()


@contextmanager
def s3_server(bucket: str) -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    try:
        server.make_bucket(bucket)
        yield server
    finally:
        server.stop()
