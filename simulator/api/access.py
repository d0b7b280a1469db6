"""Access checks: the token in the query of the exports, in a header of the newer services."""

from flask import request

from simulator.api.answers import Refusal, api_error, invalid_credentials
from simulator.api.state import state_here


def check_query_token(site_id: int, name: str = "clientApiId") -> None:
    """Raises `Refusal` unless the token in the query belongs to the site."""
    _check(request.args.get(name), site_id)


def site_of_query_token() -> int:
    """For the requests export: the named site, or the only one the token belongs to."""
    text, token = request.args.get("siteId"), request.args.get("clientApiId")
    if text is not None:
        if not text.isdecimal():
            raise Refusal(invalid_credentials())
        _check(token, int(text))
        return int(text)
    sites = [site_id for site_id in state_here().account.sites if _is_right(token, site_id)]
    if not sites:
        raise Refusal(invalid_credentials())
    if len(sites) > 1:
        raise Refusal(api_error(400, "Не указан параметр siteId"))
    return sites[0]


def site_of_headers(is_site_needed: bool = True) -> int:
    """`Access-Token` and `SiteId`; without the latter, if optional, the token's first site."""
    token, text = request.headers.get("Access-Token"), request.headers.get("SiteId")
    if text is None and not is_site_needed:
        for site_id in state_here().account.sites:
            if _is_right(token, site_id):
                return site_id
    if text is None or not text.isdecimal():
        raise Refusal(invalid_credentials())
    _check(token, int(text))
    return int(text)


def _check(token: str | None, site_id: int) -> None:
    if not _is_right(token, site_id):
        raise Refusal(invalid_credentials())


def _is_right(token: str | None, site_id: int) -> bool:
    state = state_here()
    return site_id in state.account.sites and token == state.options.token_of(site_id)
