"""What the published file says is wrong: by itself, and by rules of one's own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analytics.alerts.trouble import Trouble
from analytics.published_file import NotPublished, Published
from analytics.signs.looking import Watching, signs
from calltouch.alerts.judging import RuleJudge
from receiver.alerts.rule_book import RuleBook
from receiver.data_dir import DataDir
from receiver.inbox.watermark import Watermark
from receiver.published import published_source
from receiver.settings.settings import Settings


def sign_troubles(settings: Settings, now: datetime) -> list[Trouble]:
    """Nothing where nothing is published yet. What is still in the inbox is no silence, so it is
    looked at as of the moment until which digest has read."""
    place = DataDir(settings.data_dir)
    if not (place.inbox / "watermark").exists():
        return []
    read_until = datetime.fromtimestamp(Watermark(place.inbox).read() / 1e9, UTC)
    published = Published(published_source(settings), threads=1)
    try:
        with published.reading() as db:
            found = signs(db, min(now, read_until), Watching(settings.timezone))
    except NotPublished:
        return []
    troubles: dict[tuple[str, str], Trouble] = {}
    for sign in found:
        trouble = Trouble(sign.kind, sign.subject, sign.cause, sign.figures, sign.since)
        troubles.setdefault(trouble.key, trouble)
    return list(troubles.values())


def rule_troubles(settings: Settings, now: datetime) -> list[Trouble]:
    """The file is opened only where there are rules."""
    rules = [rule for rule in rule_book(settings).rules().values() if rule.is_on]
    if not rules:
        return []
    local = now.astimezone(ZoneInfo(settings.timezone))
    try:
        with Published(published_source(settings), threads=1).reading() as db:
            return RuleJudge(db, settings.timezone, local).troubles(rules)
    except NotPublished:
        return []


def rule_book(settings: Settings) -> RuleBook:
    return RuleBook(DataDir(settings.data_dir).state, settings.alert_rules)
