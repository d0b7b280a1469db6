"""Behaviour of the API where it depends on the account or on chance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_PER_PAGE = 1000
FAKE_TOKEN = "simulated-token"


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """The callback service. `route_keys`: of the enabled widgets.

    `requests_paid`: how many callbacks the remaining minutes allow. `interval`: minimum seconds
    between two for the same session or phone. All numbers are guesses.
    """

    route_keys: tuple[str, ...] = ("routekey_1",)
    is_enabled: bool = True
    requests_paid: int = 1000
    per_session: int = 5
    per_phone: int = 5
    interval: float = 30.0


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """The defaults are documented or observed behaviour; otherwise guesses.

    `site_tokens` take precedence over `token`. `at` (Unix seconds): the moment whose state is
    shown; None is after the leads' whole lives. `per_second`: maximum requests in any second, or in
    any `limit_seconds`. `retry_after`: the header of a 429, if any. `latency`: extra seconds for
    every answer. `page_size`: without `limit`. `most_days`: longest period of calls.
    `shows_untold_orders`: also deals that no webhook reported, because none was sent after they
    were linked. `has_newer_fields`: fields added after the samples were recorded. `most_per_page`:
    whatever `limit` asks for; `counts_pages_by_limit`: pageTotal still counts pages of size
    `limit`. `newest_first`: order of the exports, in which a new lead moves all others.
    `ids_as_text`: "4242" for 4242. `date_skew`: seconds by which the Date header is ahead.
    """

    token: str = FAKE_TOKEN
    site_tokens: Mapping[int, str] = field(default_factory=dict, hash=False)
    at: int | None = None
    per_second: int = 5
    limit_seconds: float = 1.0
    retry_after: int | None = None
    latency: float = 0.0
    page_size: int = 100
    most_days: int | None = None
    pages_requests: bool = True
    requests_heed_attribution: bool = False
    refuses_known_numbers: bool = True
    shows_untold_orders: bool = False
    has_newer_fields: bool = False
    most_per_page: int = MOST_PER_PAGE
    counts_pages_by_limit: bool = False
    newest_first: bool = False
    ids_as_text: bool = False
    date_skew: float = 0.0
    callbacks: CallbackRules = CallbackRules()

    def token_of(self, site_id: int) -> str:
        return self.site_tokens.get(site_id, self.token)
