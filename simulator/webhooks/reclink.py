"""The recording link: a new token for every sending, with a fake signature."""

from base64 import urlsafe_b64encode

_HOST = "https://api-node{node}.calltouch.ru/calls-service/RestAPI/download-call?jwtkey="
_NODES = 30
_LIFETIME = 3650 * 24 * 3600


def _part(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


_HEADER = _part('{"typ":"JWT","alg":"HS512"}')


def node_of(site_id: int) -> int:
    """Number of the Calltouch server for the site."""
    return site_id % _NODES + 1


def recording_link(site_id: int, call_id: int, sent_at: int, sender: str) -> str:
    """Modelled on an observed link. `sender` makes two links of one second differ."""
    payload = _part(
        f'{{"issuer":"Calltouch-WEB-API","issued":{sent_at},"exp":{sent_at + _LIFETIME},'
        f'"siteId":{site_id},"callId":{call_id}}}'
    )
    host = _HOST.format(node=node_of(site_id))
    return f"{host}{_HEADER}.{payload}.FAKE_SIGNATURE_{sender}"
