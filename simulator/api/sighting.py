"""What the API knows of the visit credited with a lead; same for calls and requests."""

from dataclasses import dataclass
from typing import Any

from simulator.api.dates import moment_text
from simulator.lives.leads import Lead, OfflineSource, Visit
from simulator.market.devices import Device
from simulator.market.traffic import Traffic
from simulator.webhooks.wording import NO_UTM_AT_ALL, THIS_UTM_IS_MISSING

NO_KEYWORD = "(not set)"
_UTM = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")
_NO_DEVICE = Device("", "", "", "")


@dataclass(frozen=True, slots=True)
class Sighting:
    """None if nothing is known; the visit's own texts are then empty. `utm` by API name."""

    source: str
    medium: str
    utm: dict[str, str]
    keyword: str = NO_KEYWORD
    url: str = ""
    ref: str = ""
    hostname: str = ""
    city: str = ""
    ip: str = ""
    device: Device = _NO_DEVICE
    session_id: int | None = None
    session_date: str | None = None
    google_client_id: str | None = None
    yandex_client_id: str | None = None
    ct_client_id: int | None = None
    ct_global_id: str | None = None
    additional_tags: tuple[tuple[str, str], ...] = ()

    @property
    def additional(self) -> list[dict[str, Any]]:
        return [{"name": name, "value": value} for name, value in self.additional_tags]


def sighting(lead: Lead, model: int) -> Sighting:
    """The visit credited by that attribution model."""
    touch = lead.touch(model)
    if isinstance(touch, OfflineSource):
        medium = touch.medium or NO_UTM_AT_ALL
        return Sighting(touch.source, medium, dict.fromkeys(_UTM, NO_UTM_AT_ALL))
    return _of_visit(lead, touch)


def _of_visit(lead: Lead, visit: Visit) -> Sighting:
    person, site, traffic = lead.person, lead.site, visit.traffic
    return Sighting(
        source=traffic.source,
        medium=traffic.medium,
        utm=_utm(traffic),
        keyword=(traffic.utm and traffic.utm[-1]) or NO_KEYWORD,
        url=traffic.url,
        ref=traffic.ref,
        hostname=site.business.domain,
        city=person.city,
        ip=visit.ip,
        device=person.device,
        session_id=visit.session_id,
        session_date=moment_text(visit.began_at),
        google_client_id=(person.google_client_id or None) if site.has_google else None,
        yandex_client_id=person.yandex_client_id or None,
        ct_client_id=int(person.ct_client_id),
        ct_global_id=person.ct_global_id if site.has_global_id else None,
        additional_tags=traffic.url_params,
    )


def _utm(traffic: Traffic) -> dict[str, str]:
    if traffic.utm is None:
        return dict.fromkeys(_UTM, NO_UTM_AT_ALL)
    return {
        name: value or THIS_UTM_IS_MISSING for name, value in zip(_UTM, traffic.utm, strict=True)
    }
