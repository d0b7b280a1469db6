"""Every parameter that Calltouch documents or was seen to send: one row each, in the TOML files
beside this one. Whatever a parameter needs is made from its row: its fold, its column with the
comment, the views, what readers may see of it, the auditor, the lead card, its part of the API.

Files and rows are in the order of the columns of `leads`. A row is headed by Calltouch's name of
the parameter. All its keys but `holds` may be left out:

column       of `leads`, and for traffic of `lead_attributions` as well. Two rows may name the same
             one, where calls and requests have a parameter each. Tags and lists have tables of
             their own.
kind         `smallint`, `integer`, `bigint`, `instant`, `local time`, `list`, or two words with
             `or` between them: true and false in the column. A text, if left out.
lead_type    `call` or `request`, if Calltouch sends it for that type alone.
comment      what the column holds, its unit and parameter, and when it is NULL, in both languages.
card         the group of the lead card that shows the column, and its title there.
unit         `seconds`: the card shows hours, minutes and seconds.
holds        what of a person its values hold: a name in analytics/privacy/holds.py, in lower case.
missing      how bad it is if a webhook does not send it: `error` or `warning`; `info`, if left out.
looks_like   the shape of its values, if it tells more than the kind: the auditor knows a renamed
             parameter by it. The shapes are in sql/reports/deliveries/auditor.sql (`shaped`).
call_api     its name in the API's records of calls, and `request_api` in those of requests (of
             traffic: in their session), if text or number mean the same there. What the API words
             otherwise is in receiver/calltouch_api/records.py.
tag_category the `name` that `lead_tags` has for its tags, and the title of that category.

Flags of the fold, to be set where they differ from these defaults:

is_compared = true        a new value is a change of the lead
is_webhook_only = false   the API does not know it: an API record without it says nothing
gives_way = false         the API words it otherwise, or rounds it: its value counts only while no
                          webhook has carried one
unknown_at_start = false  Calltouch's document says: not available at the start of the call

A row with `derived` is no parameter, but a column that the fold works out; the key is its SQL type.
"""

from analytics.parameters.kinds import TEXT
from analytics.parameters.parameter import ParameterScope
from analytics.parameters.reading import ParameterFile, read_columns, read_rows
from analytics.parameters.sent_order import SENT_ORDER

_FILES = (
    ParameterFile("envelope", ParameterScope.ENVELOPE),
    ParameterFile("client"),
    ParameterFile("calls", lead_types=("call",)),
    ParameterFile("requests", lead_types=("request",)),
    ParameterFile("quality"),
    ParameterFile("traffic", ParameterScope.TRAFFIC),
    ParameterFile("record"),
)
_ROWS = read_rows(_FILES)
_LISTED = {row.parameter.name: row.parameter for row in _ROWS if row.parameter}

PARAMETERS = {name: _LISTED[name] for name in dict.fromkeys((*SENT_ORDER, *_LISTED))}
"""By Calltouch's name, in the order in which deliveries are stored."""
_ALL = tuple(PARAMETERS.values())

COLUMNS = read_columns(_ROWS)
"""Of `leads`, in their order."""
TRAFFIC_COLUMNS = tuple(
    column
    for column in COLUMNS
    if any(p.scope is ParameterScope.TRAFFIC for p in column.parameters)
)
LEAD_COLUMNS = tuple(
    column for column in COLUMNS if column.parameters and column not in TRAFFIC_COLUMNS
)
"""Those of a lead's own parameters."""


def _texts(scope: ParameterScope) -> frozenset[str]:
    return frozenset(p.name for p in _ALL if p.scope is scope and p.kind is TEXT)


ENVELOPE = frozenset(p.name for p in _ALL if p.scope is ParameterScope.ENVELOPE)
TRAFFIC = frozenset(p.name for p in _ALL if p.scope is ParameterScope.TRAFFIC)
LEAD_TEXTS = _texts(ParameterScope.LEAD)
TRAFFIC_TEXTS = _texts(ParameterScope.TRAFFIC)
NEVER_COMPARED = frozenset(p.name for p in _ALL if not p.is_compared)
WEBHOOK_ONLY = frozenset(p.name for p in _ALL if p.is_webhook_only)
UNKNOWN_AT_START = frozenset(p.name for p in _ALL if p.unknown_at_start)
GIVES_WAY = tuple(p.name for p in _ALL if p.gives_way)
TAGS = tuple((p.name, p.tag_category.name) for p in _ALL if p.tag_category)
