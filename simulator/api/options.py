"""How the API behaves where an account, or chance, decides that."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_PER_PAGE = 1000
FAKE_TOKEN = "simulated-token"


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """The callback service. `route_keys`: of the widgets that are enabled.

    `requests_paid`: how many the minutes left are good for. `interval`: least seconds between two
    for the same session or phone. All numbers are guesses.
    """

    route_keys: tuple[str, ...] = ("routekey_1",)
    is_enabled: bool = True
    requests_paid: int = 1000
    per_session: int = 5
    per_phone: int = 5
    interval: float = 30.0


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """The defaults are what is documented or was seen; what neither settles is a guess.

    `site_tokens` go before `token`. `at` (Unix seconds): the moment at which leads are shown; None
    is after their whole lives. `per_second`: most requests in any second, or in any
    `limit_seconds`. `retry_after`: the header of a 429, if any. `latency`: seconds that every
    answer takes longer. `page_size`: without `limit`. `most_days`: longest period of calls.
    `shows_untold_orders`: also a deal of which no webhook was told, because none was sent after it
    was linked. `has_newer_fields`: those that were not yet there when the samples were recorded.
    `most_per_page`: whatever `limit` asks for; `counts_pages_by_limit`: pageTotal is of pages as
    large as `limit` all the same. `newest_first`: the order of the exports, in which a new lead
    moves all others. `ids_as_text`: "4242" for 4242. `date_skew`: seconds that the header Date is
    ahead.
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
