"""The tools over standard input and output, for an agent that starts them itself."""

from calltouch.agents.remote_api import RemoteApi
from calltouch.agents.server import agents_server


def serve(url: str, token: str) -> None:
    """Until the input ends. Standard output belongs to the protocol alone."""
    api = RemoteApi(url, token)
    agents_server(lambda _: api).run("stdio")
