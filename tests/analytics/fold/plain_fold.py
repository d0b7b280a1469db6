"""The fold once more, in ordinary Python and one delivery at a time, written from the design alone.

Slow and plain on purpose: what the store holds is compared with this.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.parameters import PARAMETERS, TRAFFIC_COLUMNS
from analytics.parameters.parameter import ParameterScope

# The list says what there is and of which type; what becomes of it is said here once more.
_NAMED = PARAMETERS.items()
_OF_TRAFFIC = {name for name, one in _NAMED if one.scope is ParameterScope.TRAFFIC}
_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
TRAFFIC = {column.parameters[0].name: column.name for column in TRAFFIC_COLUMNS}
TEXTS = {
    name: one.column
    for name, one in _NAMED
    if one.column and one.kind.name == "text" and name not in _OF_TRAFFIC
}
NUMBERS = {
    name: (one.column, _BITS[one.kind.name]) for name, one in _NAMED if one.kind.name in _BITS
}
WORDS = {
    name: tuple(one.kind.name.split(" or ")) for name, one in _NAMED if " or " in one.kind.name
}
FLAGS: dict[str, dict[str, str]] = {}
for _name, _one in _NAMED:
    if _name in WORDS and _one.column:
        FLAGS.setdefault(_one.column, {}).update(dict.fromkeys(_one.lead_types, _name))
TAGS = {name: one.tag_category.name for name, one in _NAMED if one.tag_category}
LISTS = ("comment", "add_url_params", "text")
TIMES = ("timestamp", "calltime", "requestDate")
KNOWN = {*TRAFFIC, *TEXTS, *NUMBERS, *WORDS, *TAGS, *LISTS, *TIMES}
ENVELOPE = {"leadtype", "id", "requestId", "changedFields", "sendingTimestamp", "attribution"}
WEBHOOK_ONLY = {name for name, one in _NAMED if one.is_webhook_only}
UNKNOWN_AT_START = {name for name, one in _NAMED if one.unknown_at_start}
WORDED_OTHERWISE = {name for name, one in _NAMED if one.gives_way}
NEVER_A_CHANGE = {name for name, one in _NAMED if not one.is_compared}
ZONE = ZoneInfo("Europe/Moscow")


@dataclass
class Sent:
    """A decoded delivery, as the fold takes it."""

    delivery_id: int
    received_at: datetime
    params: dict[str, Any]
    webhook: str = "default"
    origin: str = "webhook"
    webhook_model: int | None = None
    webhook_kind: str | None = None
    is_empty: bool = False


@dataclass
class Understood:
    sent: Sent
    key: tuple[str, int] | None
    sent_at: datetime
    model: int
    phase: str | None
    changed_fields: list[str] | None
    kind: str | None = None
    carried: dict[str, str | None] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    outcome: str = ""
    is_late: bool = False


def plain_fold(deliveries: list[Sent]) -> dict[str, set[Any]]:
    """Tables by name; rows as tuples of the columns that `tables_of` in the test reads."""
    understood = [understand(sent) for sent in deliveries]
    lives: dict[tuple[str, int], list[Understood]] = defaultdict(list)
    for one in understood:
        if one.key:
            lives[one.key].append(one)
    tables: dict[str, set[Any]] = defaultdict(set)
    for key, life in lives.items():
        put_in_order(key, life)
        fold_life(key, life, tables)
    for one in understood:
        tables["deliveries"].add(
            (
                one.sent.delivery_id,
                one.key,
                one.sent_at,
                one.model if one.key else None,
                one.phase,
                tuple(one.changed_fields) if one.changed_fields is not None else None,
                one.kind,
                one.outcome,
                one.is_late,
                tuple(sorted(one.problems)),
            )
        )
    tables["leads"] = link(tables["leads"])
    return tables


def empty_or(value: str | None) -> str | None:
    if value in (None, "null", "undefined", "", "<не указано>"):
        return None
    return "" if value == "<не заполнено>" else value


def integer(text: str | None, bits: int = 64) -> int | None:
    if text is None or not re.fullmatch(r"[+-]?[0-9]{1,19}", text.strip(" ")):
        return None
    number = int(text)
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def instant(text: str | None, received_at: datetime) -> datetime | None:
    number = integer(text)
    if number is None or not 1199145600 <= number <= 253402300799:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return moment if moment <= received_at + timedelta(days=2) else None


def local_time(text: str, received_at: datetime) -> datetime | None:
    """Its zone is not known here: the easternmost clock is 14 hours ahead of UTC."""
    moment = written_local_time(text)
    latest = received_at.astimezone(UTC).replace(tzinfo=None) + timedelta(days=2, hours=14)
    return moment if moment and moment.year >= 2008 and moment <= latest else None


def written_local_time(text: str) -> datetime | None:
    for shape in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text.strip(" "), shape)
        except ValueError:
            continue
    return None


def flat(value: Any) -> list[str] | None:
    """The texts that are said in a list of lists of texts; None for anything else in it."""
    if isinstance(value, list):
        parts = [flat(item) for item in value]
        return None if None in parts else [text for part in parts for text in part or []]
    if not isinstance(value, str):
        return None
    return [] if empty_or(value) is None else [empty_or(value) or ""]


def joined(texts: list[str]) -> str | None:
    return ",".join(text for text in texts if text) if texts else None


def scalar(params: dict[str, Any], name: str) -> str | None:
    value = params.get(name)
    texts = flat(value)
    if value is not None and texts is None:
        return json.dumps(value)
    return joined(texts or [])


def word(params: dict[str, Any], name: str) -> str | None:
    said = scalar(params, name)
    return None if said is None else said.strip()


def canonical_phone(written: str | None) -> str | None:
    """Digits up to the first letter (or ; and the like) after five of them."""
    number = ""
    for char in (written or "").split("@")[0]:
        if char.isalpha() or char in ";,#*|":
            if len(number) >= 5:
                break
            number = ""
        elif char.isdecimal():
            number += str(int(char))
    if len(number) == 11 and number.startswith("8"):
        number = "7" + number[1:]
    return number if len(number) >= 5 else None


def canonical_email(written: str | None) -> str | None:
    address = (written or "").strip().lower()
    return address if re.fullmatch(".+@.+", address) else None


def understand(sent: Sent) -> Understood:
    params = sent.params
    stamp = scalar(params, "sendingTimestamp")
    changed = flat(params.get("changedFields"))
    model = word(params, "attribution")
    one = Understood(
        sent=sent,
        key=None,
        sent_at=instant(stamp, sent.received_at) or sent.received_at,
        model=int(model)
        if model in ("0", "1")
        else (1 if sent.webhook_model is None else sent.webhook_model),
        phase=word(params, "callphase"),
        changed_fields=None
        if changed == [] or params.get("changedFields") is None
        else [name.strip() for text in changed or [] for name in text.split(",") if name.strip()],
    )
    identify(one)
    if stamp is not None and instant(stamp, sent.received_at) is None:
        one.problems.append("not instant: sendingTimestamp")
    if model not in (None, "0", "1"):
        one.problems.append("not 0 or 1: attribution")
    if params.get("changedFields") is not None and changed is None:
        one.problems.append("not text: changedFields")
    if one.key:
        read_fields(one)
    return one


DEAL_WORDS = ("deal", "order")
DEAL_NAMES = ("funnel", "pipeline", "plannedamount", "completedamount", "revenue", "margin", "crm")
CHAT_WORDS = ("chat", "messenger", "dialog", "message")


def belongs_to(params: dict[str, Any]) -> str | None:
    """The kind of webhook that alone has such parameters, of those that the tests make up."""
    names = [name.lower() for name in params]
    if any((n.startswith(DEAL_WORDS) and n != "orderid") or n in DEAL_NAMES for n in names):
        return "deals"
    return "chats" if any(n.startswith(CHAT_WORDS) for n in names) else None


def told_type(one: Understood) -> str:
    """The type of lead, or the kind of what is no lead, or why neither can be told."""
    params, configured = one.sent.params, one.sent.webhook_kind
    has = {name for name in params if scalar(params, name) is not None}
    said = (scalar(params, "leadtype") or "").strip()
    if configured in ("deals", "chats"):
        return str(configured)
    if said:
        if configured is None and said.lower() in ("deal", "chat"):
            return f"{said.lower()}s"
        known = said in ("call", "request")
        return said if known else "leadtype is neither call nor request"
    if configured is None and (other := belongs_to(params)):
        return other
    if "callphase" in has:
        return "call"
    if "requestId" in has and has & {"requestDate", "subject"}:
        return "request"
    if "callerphone" in has and has & {"calltime", "timestamp"}:
        return "call"
    if configured == "leads":
        return "request" if "requestId" in has else "call"
    if "orderId" in has:
        return "deals"
    return "no leadtype, and nothing else tells it" if has & {"id", "requestId"} else "no lead id"


def identify(one: Understood) -> None:
    told = told_type(one)
    one.kind = one.sent.webhook_kind
    problem: str | None = told
    if told in ("call", "request"):
        one.kind = "leads"
        written = scalar(one.sent.params, "requestId" if told == "request" else "id")
        number = integer(written)
        if number is not None:
            one.key = (told, number)
            return
        problem = "no lead id" if written is None else "lead id is not a whole number"
    elif told in ("deals", "chats"):
        one.kind, problem = told, None
    one.outcome = "quarantined" if problem else "other"
    if one.sent.is_empty:
        one.outcome, one.kind = "probe", one.sent.webhook_kind
    elif problem:
        one.problems.append(problem)


def read_fields(one: Understood) -> None:
    for name, raw in one.sent.params.items():
        if name in ENVELOPE:
            continue
        value, misfit = read_value(name, raw, one.sent.received_at)
        if misfit:
            one.problems.append(f"not {misfit}: {name}")
        if one.sent.origin == "api" and value is None and name in WEBHOOK_ONLY:
            continue
        one.carried[name] = value.strip() if value and name == "callphase" else value
    for name in ("comment", "add_url_params"):
        if name not in one.sent.params and name in (one.changed_fields or []):
            one.carried[name] = None


def read_value(name: str, raw: Any, received_at: datetime) -> tuple[str | None, str | None]:
    """The value in Calltouch's wording, and the kind it should have been if it does not fit."""
    texts = flat(raw)
    if texts is not None and name in KNOWN and name not in LISTS:
        if name in TAGS and isinstance(raw, list):
            parts = [part.strip(" ") for text in texts for part in text.split(",")]
            texts = list(dict.fromkeys(parts)) if texts else []
        raw = joined(texts)
        return (raw, None) if raw is None or fits(name, raw, received_at) else (None, kind_of(name))
    if isinstance(raw, list | dict):
        text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
        if raw == []:
            return None, None
        if name not in KNOWN:
            return text, None
        if name in LISTS:
            return (text, None) if isinstance(raw, list) else (None, "list")
        return None, kind_of(name)
    value = empty_or(raw)
    if value is None or name not in KNOWN:
        return value, None
    return (value, None) if fits(name, value, received_at) else (None, kind_of(name))


def kind_of(name: str) -> str:
    if name in WORDS:
        return " or ".join(WORDS[name])
    if name in NUMBERS:
        return {16: "smallint", 32: "integer", 64: "bigint"}[NUMBERS[name][1]]
    if name in LISTS:
        return "list"
    return {"timestamp": "instant"}.get(name, "local time" if name in TIMES else "text")


def fits(name: str, value: str, received_at: datetime) -> bool:
    if name in WORDS:
        return value in WORDS[name]
    if name in NUMBERS:
        return integer(value, NUMBERS[name][1]) is not None
    if name in LISTS:
        return False
    if name == "timestamp":
        return instant(value, received_at) is not None
    return name not in TIMES or local_time(value, received_at) is not None


def put_in_order(key: tuple[str, int], life: list[Understood]) -> None:
    """And let starts say no more than they can."""
    life.sort(key=lambda u: (u.sent_at, u.sent.origin != "api", u.sent.delivery_id))
    starts = [u for u in life if key[0] == "call" and u.phase == "callconnected"]
    if not starts:
        return
    first = min(starts, key=lambda u: (u.sent_at, u.sent.delivery_id))
    life.remove(first)
    life.insert(0, first)
    for one in starts:
        silent: set[str] = set()
        if one is not first or one.sent.origin == "api":
            silent |= UNKNOWN_AT_START
        if one is not first:
            silent.add("callphase")
        one.carried = {n: value for n, value in one.carried.items() if n not in silent}


def give_way(life: list[Understood]) -> None:
    """What the API words otherwise does not count where a webhook has said it."""
    for name in WORDED_OTHERWISE:
        said = [one for one in life if one.carried.get(name) is not None]
        if any(one.sent.origin == "webhook" for one in said):
            for one in life:
                if one.sent.origin == "api":
                    one.carried.pop(name, None)


def fold_life(key: tuple[str, int], life: list[Understood], tables: dict[str, set[Any]]) -> None:
    give_way(life)
    state: dict[tuple[int | None, str], str | None] = {}
    models: set[int] = set()
    for place, one in enumerate(life):
        changed = place > 0 and one.model not in models
        sites = [integer(said) for said in (state.get((None, "siteId")), one.carried.get("siteId"))]
        if None not in sites and sites[0] != sites[1]:
            one.problems.append("another site's lead id: siteId")
        for name, value in one.carried.items():
            model = one.model if name in TRAFFIC or name == "add_url_params" else None
            is_first = place == 0 if model is None else model not in models
            old = state.get((model, name))
            was_carried = (model, name) in state
            state[model, name] = value
            if name in NEVER_A_CHANGE or value == old or (is_first and not was_carried):
                continue
            changed = True
            declared = name in (one.changed_fields or [])
            tables["lead_changes"].add(
                (key, one.sent_at, name, model, old, value, one.sent.delivery_id, declared)
            )
        models.add(one.model)
        one.outcome = "created" if place == 0 else "updated" if changed else "unchanged"
        one.is_late = any(
            later.sent.delivery_id < one.sent.delivery_id for later in life[place + 1 :]
        )
    lead = write_lead(key, life, state, models, tables)
    write_lists(key, state, lead, tables)
    find_gaps(key, life, tables)


def write_lead(
    key: tuple[str, int],
    life: list[Understood],
    state: dict[tuple[int | None, str], str | None],
    models: set[int],
    tables: dict[str, set[Any]],
) -> dict[str, Any]:
    row: dict[str, Any] = {"lead_type": key[0], "lead_id": key[1]}
    row.update({column: state.get((None, name)) for name, column in TEXTS.items()})
    for name, (column, _) in NUMBERS.items():
        if name not in TRAFFIC and column:
            row[column] = integer(state.get((None, name)))
    for column, names in FLAGS.items():
        # A call that carries a request's flag is no request.
        named = names[key[0]] if key[0] in names else next(iter(names.values()))
        value = state.get((None, named))
        row[column] = None if value is None else value == WORDS[named][0]
    derive(row)
    row["happened_at"] = happened(key[0], state, first_stamp(life))
    row["happened_local"] = (
        row["happened_at"].astimezone(ZONE).replace(tzinfo=None) if row["happened_at"] else None
    )
    first_received = min(one.sent.received_at for one in life)
    row["day"] = (row["happened_local"] or first_received.astimezone(ZONE)).date()
    row["attribution_model"] = preferred = max(models)
    for model in models:
        traffic = {column: state.get((model, name)) for name, column in TRAFFIC.items()}
        numbers = {NUMBERS[name][0] for name in TRAFFIC if name in NUMBERS}
        values = {
            column: integer(value) if column in numbers else value
            for column, value in traffic.items()
        }
        tables["lead_attributions"].add((key, model, *values.items()))
        if model == preferred:
            row.update(values)
    row["other_model"] = other = min(models) if len(models) > 1 else None
    row.update({f"other_{name}": state.get((other, name)) for name in ("source", "medium")})
    extra = {
        name: json.loads(value) if is_nested(life, name) else value
        for (model, name), value in sorted(state.items(), key=lambda i: i[0][1])
        if name not in KNOWN and value is not None
    }
    row["extra"] = json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None
    row["first_received_at"] = first_received
    row["last_received_at"] = max(one.sent.received_at for one in life)
    row["last_sent_at"] = max(one.sent_at for one in life)
    row["delivery_count"] = len(life)
    tables["leads"].add(tuple(sorted(row.items())))
    return row


def derive(row: dict[str, Any]) -> None:
    phase, has_status = row["call_phase"], row["status"] is not None
    is_ended = phase == "calldisconnected" or (phase is None and has_status)
    row["is_ended"] = is_ended if row["lead_type"] == "call" else None
    row["canonical_phone"] = canonical_phone(row["caller_phone"])
    row["canonical_email"] = canonical_email(row["email"])
    told = row["canonical_phone"] or row["canonical_email"] or row["ct_caller_id"]
    row["person"] = hashed(told)
    row["number_id"] = hashed(row["canonical_phone"] or row["ct_caller_id"])
    row["email_id"] = hashed(row["canonical_email"])


def hashed(told: str | None) -> int | None:
    if not told:
        return None
    digest = hashlib.blake2b(told.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def link(leads: set[Any]) -> set[Any]:
    """With how long ago the client's previous lead was."""
    rows = [dict(row) for row in leads]
    for row in rows:
        for name, same_site, same_type in (
            ("since_previous", True, True),
            ("since_previous_crossed", True, False),
            ("since_previous_any_site", False, True),
            ("since_previous_any_site_crossed", False, False),
        ):
            seconds = [
                began(row).timestamp() - began(other).timestamp()
                for other in rows
                if place(other) < place(row)
                and (shares(row, other, "number_id") or shares(row, other, "email_id"))
                and (not same_site or other["site_id"] == row["site_id"])
                and (not same_type or other["lead_type"] == row["lead_type"])
            ]
            row[name] = min(seconds, default=None)
        take_turn(row, [other for other in rows if shares(row, other, "person")])
    return {tuple(sorted(row.items())) for row in rows}


def take_turn(row: dict[str, Any], of_person: list[dict[str, Any]]) -> None:
    """Where it stands among all the leads of its person, itself one of them."""
    before = sorted((one for one in of_person if turn(one) < turn(row)), key=turn)
    first, last = (before or [row])[0], (before or [row])[-1]
    is_known = row["person"] is not None
    row["person_first_day"] = first["day"] if is_known else None
    row["person_previous_day"] = last["day"] if before else None
    row["person_turn"] = None
    if is_known:
        comes_second = began(row) != began(first) and began(last) == began(first)
        row["person_turn"] = 1 if not before else 2 if comes_second else 3


def turn(row: dict[str, Any]) -> tuple[date, datetime, str, int]:
    return row["day"], *place(row)


def began(row: dict[str, Any]) -> datetime:
    at: datetime = row["happened_at"] or row["first_received_at"]
    return at


def place(row: dict[str, Any]) -> tuple[datetime, str, int]:
    return began(row), row["lead_type"], row["lead_id"]


def shares(one: dict[str, Any], other: dict[str, Any], name: str) -> bool:
    return one[name] is not None and one[name] == other[name]


def is_nested(life: list[Understood], name: str) -> bool:
    last = [one for one in life if name in one.sent.params][-1]
    return isinstance(last.sent.params[name], list | dict)


def first_stamp(life: list[Understood]) -> datetime | None:
    stamps = [
        instant(scalar(one.sent.params, "sendingTimestamp"), one.sent.received_at)
        for one in life
        if one.sent.origin == "webhook"
    ]
    return min((stamp for stamp in stamps if stamp), default=None)


def happened(
    lead_type: str, state: dict[tuple[int | None, str], str | None], told: datetime | None
) -> datetime | None:
    stamp = integer(state.get((None, "timestamp")))
    stamped = None if stamp is None else datetime.fromtimestamp(stamp, UTC)
    names = ("calltime", "requestDate") if lead_type == "call" else ("requestDate", "calltime")
    for name in names:
        text = state.get((None, name))
        if stamped is None and text is not None:
            local = written_local_time(text)
            assert local is not None
            first, second = (local.replace(tzinfo=ZONE, fold=n).astimezone(UTC) for n in (0, 1))
            # An hour that comes twice: the later one, unless the lead was told of before.
            stamped = first if told is not None and told < second else second
    return stamped


def write_lists(
    key: tuple[str, int],
    state: dict[tuple[int | None, str], str | None],
    lead: dict[str, Any],
    tables: dict[str, set[Any]],
) -> None:
    for name, category in TAGS.items():
        for tag in (state.get((None, name)) or "").split(","):
            if tag.strip(" "):
                at = tagged_at(key, name, tag.strip(" "), tables)
                after = at and max(0, at.timestamp() - began(lead).timestamp())
                tagged = (key, category, tag.strip(" "), lead["day"], at, after)
                tables["lead_tags"].add((*tagged, lead["is_target"]))
    for (model, name), value in state.items():
        if name not in LISTS or value is None:
            continue
        for position, item in enumerate(json.loads(value)):
            if name == "comment":
                remark = (key, position, item.get("party"), item.get("comment"))
                tables["lead_comments"].add(remark)
            elif name == "add_url_params":
                param = (key, model, position, item.get("name"), item.get("value"))
                tables["lead_url_params"].add(param)
            elif key[0] == "call":
                phrase = (key[1], position, item.get("channel"), item.get("phrase"))
                tables["call_phrases"].add(phrase)


def tagged_at(
    key: tuple[str, int], field: str, tag: str, tables: dict[str, set[Any]]
) -> datetime | None:
    """When a change brought a tag that no change had known before."""
    known: list[tuple[datetime, bool]] = []
    for of, changed_at, name, _, old, new, *_ in tables["lead_changes"]:
        if (of, name) == (key, field):
            known += [
                (changed_at, is_new)
                for value, is_new in ((old, False), (new, True))
                if tag in [part.strip(" ") for part in (value or "").split(",")]
            ]
    # Of one moment it is not known that the tag was not there.
    first = min(known, default=None)
    return first[0] if first and first[1] else None


def find_gaps(key: tuple[str, int], life: list[Understood], tables: dict[str, set[Any]]) -> None:
    chains: dict[str, list[Understood]] = defaultdict(list)
    for one in life:
        if one.sent.origin == "webhook":
            chains[one.sent.webhook].append(one)
    for webhook, chain in chains.items():
        if chain[0].changed_fields is not None:
            reason = "first delivery is not a first sending"
            tables["delivery_gaps"].add((key, webhook, chain[0].sent.delivery_id, reason, ()))
        before: dict[tuple[int | None, str], str | None] = {}
        models: set[int] = set()
        for place, one in enumerate(chain):
            unnamed = []
            for name, value in one.carried.items():
                model = one.model if name in TRAFFIC or name == "add_url_params" else None
                is_first = place == 0 if model is None else model not in models
                old, was_carried = before.get((model, name)), (model, name) in before
                before[model, name] = value
                if name in NEVER_A_CHANGE or value == old or (is_first and not was_carried):
                    continue
                if one.changed_fields is not None and name not in one.changed_fields:
                    unnamed.append(name)
            models.add(one.model)
            if unnamed:
                row = (key, webhook, one.sent.delivery_id, "undeclared change")
                tables["delivery_gaps"].add((*row, tuple(sorted(unnamed))))
