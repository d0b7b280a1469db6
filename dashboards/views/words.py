"""What is kept or shared, in words."""

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from dashboards.page.choices import condition_text, group_words, value_text
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import OWN, read_conditions, read_groups
from dashboards.slice.period import ALL, PRESETS
from dashboards.views.addresses import VIEWED
from dashboards.views.saved import STATEMENTS
from dashboards.wording.texts import Texts


def query_words(query: str, texts: Texts) -> str:
    """The period, then the filters; of conditions that are no longer known nothing is said."""
    args = MultiDict(parse_qsl(query))
    return "; ".join([_period(args, texts), *_conditions(args, texts)])


def page_title(page: str, texts: Texts) -> str:
    """What a page is called that this version may not have."""
    return texts(f"{page}.title") if page in (*VIEWED, STATEMENTS) else page


def _period(args: MultiDict[str, str], texts: Texts) -> str:
    name = args.get("period", "")
    if name in (*PRESETS, ALL):
        return texts(f"slice.{name}")
    if "from" in args:
        return f"{args['from']} – {args.get('to', '…')}"
    return texts("views.whole_page")


def _conditions(args: MultiDict[str, str], texts: Texts) -> list[str]:
    try:
        own, groups = read_conditions(args, OWN), read_groups(args)
    except BadQuery:
        return []
    each = [
        f"{condition_text(key, value, texts)} {value_text(key, value, texts)}".strip()
        for key, values in own.items()
        for value in values
    ]
    return [*each, *(group_words(group, texts) for group in groups)]
