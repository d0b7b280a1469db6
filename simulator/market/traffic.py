"""Where a visitor came from: source, medium, UTM tags and the landing page URL.

How Calltouch names tags or reports missing ones is decided elsewhere.
"""

from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from simulator.market.businesses import Business
from simulator.market.chance import zipf

UTM_TAGS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
Utm = tuple[str | None, str | None, str | None, str | None, str | None]
"""Values of `UTM_TAGS`; None if missing from the URL or empty."""

URL_PARAM = "abtest"
_URL_PARAM_SHARE = 0.12
_NO_CAMPAIGN_SHARE = 0.015
_NO_CONTENT_SHARE = 0.05
_CLICK_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel. Only paid and e-mail links are tagged; terms only come with search.

    `campaigns` may contain `{slug}` and `{title}` of the business.
    """

    source: str
    medium: str
    ref: str = ""
    campaigns: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    has_terms: bool = False
    click_id: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """One click. `utm` is None if the URL had no UTM tags at all."""

    source: str
    medium: str
    utm: Utm | None
    url_params: tuple[tuple[str, str], ...]
    url: str
    ref: str

    @property
    def is_direct(self) -> bool:
        return self.source == "(direct)"


DIRECT = Channel("(direct)", "(none)")

_TEXTS = ("tgo_1", "tgo_2", "Скидка 20%", "text & photo", "бесплатно + быстро", "v3")
_BANNERS = ("banner_240x400", "video_15s", "карусель", "kreativ_A", "kreativ_B")
_YANDEX_SEARCH = (
    "poisk_msk_{slug}",
    "{title} | Поиск | Москва",
    "rsya_{slug}_interesy",
    "Бренд",
    "rsya_retarget_30d",
    "poisk_regiony_{slug}",
    "{title} - конкуренты",
    "master_{slug}",
    "goryachie_{slug}",
    "test_11",
)
_GOOGLE_SEARCH = ("search_{slug}_ru", "pmax_{slug}", "Brand", "gdn_remarketing", "{title} поиск МО")
_VK = ("lookalike_{slug}", "{title}: подписчики", "retarget_vk", "lead_{slug}", "vk_msk_25-44")
_MAPS = ("kartochka_{slug}", "prioritet_{slug}")
_MAIL = ("novosti", "akciya_{slug}", "Брошенный расчёт", "s_vozvrashcheniem")
_TELEGRAM = ("post_{slug}", "blogger_1", "posev_{slug}")

_YANDEX, _GOOGLE = "https://yandex.ru/", "https://www.google.com/"

# The most common first; each site has its own preferences, see sites.py.
CHANNELS = (
    Channel("yandex", "cpc", _YANDEX, _YANDEX_SEARCH, _TEXTS, True, "yclid"),
    Channel("yandex", "organic", _YANDEX),
    DIRECT,
    Channel("google", "cpc", _GOOGLE, _GOOGLE_SEARCH, _TEXTS, True, "gclid"),
    Channel("google", "organic", _GOOGLE),
    Channel("vk", "cpc", "https://vk.com/", _VK, _BANNERS),
    Channel("link.2gis.ru", "referral", "https://link.2gis.ru/"),
    Channel("yandex_maps", "geo", "https://yandex.ru/maps/", _MAPS, ("site", "knopka")),
    Channel("avito.ru", "referral", "https://www.avito.ru/"),
    Channel("email", "newsletter", "", _MAIL, ("header", "кнопка", "footer")),
    Channel("telegram", "social", "https://t.me/", _TELEGRAM, _BANNERS),
    Channel("zoon.ru", "referral", "https://zoon.ru/"),
    Channel("bing", "organic", "https://www.bing.com/"),
    Channel("yandex", "cpm", _YANDEX, ("media_{slug}", "ohvat_msk"), _BANNERS),
    Channel("dzen.ru", "referral", "https://dzen.ru/"),
    Channel("blog.example", "referral", "https://blog.example/luchshie"),
    Channel("partner.example", "referral", "https://partner.example/katalog"),
    Channel("forum.example", "referral", "https://forum.example/t/1742"),
)


class Links:
    """Links to one business's site."""

    def __init__(self, business: Business) -> None:
        self._domain = business.domain
        self._pages = zipf(business.pages, 1.2)
        self._terms = zipf(business.terms)
        names = {"slug": business.slug, "title": business.title}
        self._campaigns = {
            (channel.source, channel.medium): zipf([c.format(**names) for c in channel.campaigns])
            for channel in CHANNELS
        }
        self._contents = {(c.source, c.medium): zipf(c.contents) for c in CHANNELS}

    def click(self, rng: Random, channel: Channel) -> Traffic:
        """One click on that channel."""
        page = self._pages.pick(rng)
        if not channel.campaigns:
            url = _url(self._domain, page, ())
            return Traffic(channel.source, channel.medium, None, (), url, channel.ref)
        utm = self._utm(rng, channel)
        extra: tuple[tuple[str, str], ...] = ()
        if rng.random() < _URL_PARAM_SHARE:
            extra = ((URL_PARAM, rng.choice("ab")),)
        tags = zip(UTM_TAGS, utm, strict=True)
        pairs = [(name, value) for name, value in tags if value is not None]
        url = _url(self._domain, page, (*pairs, *extra, *_click_id(rng, channel)))
        return Traffic(channel.source, channel.medium, utm, extra, url, channel.ref)

    def _utm(self, rng: Random, channel: Channel) -> Utm:
        key = (channel.source, channel.medium)
        campaign = content = term = None
        if rng.random() >= _NO_CAMPAIGN_SHARE:
            campaign = self._campaigns[key].pick(rng)
        if rng.random() >= _NO_CONTENT_SHARE:
            content = self._contents[key].pick(rng)
        if channel.has_terms:
            term = self._terms.pick(rng)
        return (channel.source, channel.medium, campaign, content, term)


def _click_id(rng: Random, channel: Channel) -> tuple[tuple[str, str], ...]:
    if not channel.click_id or rng.random() >= _CLICK_SHARE:
        return ()
    return ((channel.click_id, str(rng.randrange(10**17, 10**18))),)


def _url(domain: str, page: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return f"https://{domain}{page}" + (f"?{urlencode(pairs)}" if pairs else "")
