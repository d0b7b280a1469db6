"""The windows a resync fetches: one per day, site, lead type and attribution model.

The calls export supports both models. The requests export honours the parameter for some accounts
only, so asking for it is a setting, `api_request_models`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from receiver.calltouch_api.exports import ExportWindow, LeadType
from receiver.settings.settings import Settings

MODELS = (1, 0)
LEAD_TYPES: tuple[LeadType, ...] = ("call", "request")


class NothingToAsk(ValueError):
    """No site or no token is configured; the text says what to set."""


@dataclass(frozen=True, slots=True)
class ResyncPlan:
    """Days are in the account's time zone, both ends inclusive."""

    first_day: date
    last_day: date
    sites: tuple[int, ...]
    lead_types: tuple[LeadType, ...] = LEAD_TYPES
    models: tuple[int, ...] = MODELS
    request_models: tuple[int | None, ...] = (None,)

    @property
    def name(self) -> str:
        """Identical for identical plans; identifies an interrupted run to resume."""
        parts: list[Sequence[object]] = [self.sites, self.lead_types, self.models]
        if self.request_models != (None,):
            parts.append(self.request_models)
        lists = (",".join(map(str, part)) for part in parts)
        return " ".join((f"{self.first_day}..{self.last_day}", *lists))

    def windows(self) -> list[ExportWindow]:
        """Oldest day first; each lead type once per model."""
        days = (self.last_day - self.first_day).days + 1
        return [
            ExportWindow(self.first_day + timedelta(days=number), site, lead_type, model)
            for number in range(days)
            for site in self.sites
            for lead_type in self.lead_types
            for model in (self.models if lead_type == "call" else self.request_models)
        ]

    def places(self) -> set[tuple[date, int, LeadType]]:
        """Each day, site and lead type."""
        return {(window.day, window.site_id, window.lead_type) for window in self.windows()}


def sites_to_ask(settings: Settings, given: Sequence[int] = ()) -> tuple[int, ...]:
    """The given sites, or all configured ones. Raises `NothingToAsk`."""
    sites = tuple(given) or tuple(sorted({*settings.site_ids, *settings.sites}))
    if not sites:
        raise NothingToAsk(
            "no site configured: set CALLTOUCH_SITE_IDS to the IDs of your Calltouch sites, "
            "or give one with --site"
        )
    for site in sites:
        token_for(settings, site)
    return sites


def token_for(settings: Settings, site: int) -> str:
    """Raises `NothingToAsk`."""
    own = settings.sites.get(site)
    token = own.api_token if own and own.api_token else settings.api_token
    if token is None:
        raise NothingToAsk(
            f"no API token for site {site}: set CALLTOUCH_API_TOKEN (or CALLTOUCH_API_TOKEN_FILE), "
            f"or api_token_file in [sites.{site}] of calltouch.toml"
        )
    return token
