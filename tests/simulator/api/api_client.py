"""A minimal client of the simulated API: no rate limit, no retries."""

import json
from dataclasses import dataclass
from typing import Any

import requests as http

from simulator.api import RunningApi
from simulator.api.options import FAKE_TOKEN
from tests.simulator.samples import SAMPLES

Record = dict[str, Any]
SITE = 10001
ALL_OF_CALLS = dict.fromkeys(
    ("withCallTags", "withComments", "withText", "withCallbackInfo", "withOrders", "withAttrs"),
    "true",
)
ALL_OF_REQUESTS = dict.fromkeys(("withRequestTags", "withAttrs"), "true")


def sample(name: str) -> Any:
    (path,) = SAMPLES.glob(f"{name}.*.json")
    return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ApiClient:
    served: RunningApi
    token: str = FAKE_TOKEN

    def get(self, path: str, params: dict[str, Any] | None = None) -> http.Response:
        url = f"{self.served.url}{path}"
        return http.get(url, params=params, timeout=10, allow_redirects=False)

    def calls(self, since: str, until: str, site: object = SITE, **params: object) -> http.Response:
        asked = {"clientApiId": self.token, "dateFrom": since, "dateTo": until, **params}
        return self.get(f"/calls-service/RestAPI/{site}/calls-diary/calls", asked)

    def requests(self, since: str, until: str, **params: object) -> http.Response:
        asked = {"clientApiId": self.token, "siteId": SITE, "dateFrom": since, "dateTo": until}
        return self.get("/calls-service/RestAPI/requests", {**asked, **params})

    def post(self, path: str, body: Any, site: object = SITE) -> http.Response:
        headers = {"Access-Token": self.token, "SiteId": str(site)}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return http.post(f"{self.served.url}{path}", data=data, headers=headers, timeout=10)

    def order_fault(self, **fault: object) -> http.Response:
        return http.post(f"{self.served.url}/simulate/faults", json=fault, timeout=10)


def differences(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Differences in shape between a record and a sample; null and [] match everything."""
    if ours is None or theirs is None or ours == [] or theirs == []:
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if list(ours) != list(theirs):
            return [f"{where}: {list(ours)} and {list(theirs)}"]
        return [
            difference
            for name in ours
            for difference in differences(ours[name], theirs[name], f"{where}.{name}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list):
        return [
            difference for item in ours for difference in differences(item, theirs[0], f"{where}[]")
        ]
    return [] if type(ours) is type(theirs) else [f"{where}: {ours!r} and {theirs!r}"]
