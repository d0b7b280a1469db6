"""What an operation begins with: a delivery as it came, or a lead's fields, stored with it."""

from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from flows.definition.flow import Flow, HttpSource
from flows.fields import DeliveryFields, FlowDelivery, read_fields
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.filling.template import parse_template
from flows.refusal import FlowRefusal
from flows.store.operations import Operation

_UTC = FilterSettings(ZoneInfo("UTC"))


def delivery_input(delivery: FlowDelivery) -> dict[str, Any]:
    """As it is stored: bytes as Latin-1 text."""
    values = {field.name: getattr(delivery, field.name) for field in fields(delivery)}
    return {**values, "query": _text(delivery.query), "body": _text(delivery.body)}


def stored_delivery(values: dict[str, Any]) -> FlowDelivery:
    raw = {**values, "query": _bytes(values["query"]), "body": _bytes(values["body"])}
    return FlowDelivery(**raw)


def operation_fields(
    operation: Operation, flow: Flow, stored: dict[str, Any], settings: FilterSettings = _UTC
) -> DeliveryFields:
    """The fields that the first step sees."""
    about: dict[str, Any] = {"@flow": operation.flow, "@operation": operation.operation_id}
    if isinstance(flow.source, HttpSource):
        source = flow.source
        delivery = stored_delivery(stored)
        read = read_fields(delivery, source.charset, source.unexpanded)
        # As the sender was told it.
        about["@delivery"] = delivery.headers.get("@delivery", str(operation.operation_id))
        about["@key"] = key_text(source.key, Filler(Fields(read.values, {}), settings))
    else:
        read = DeliveryFields(stored, ())
        about["@delivery"] = operation.delivery_id or operation.operation_id
    return DeliveryFields({**read.values, **about}, read.notes)


def key_text(template: str, filler: Filler) -> str:
    """Of a key or an order: a value that does not fit is none, for the operation itself will say
    so."""
    try:
        return filler.text(parse_template(template)).strip() if template else ""
    except FlowRefusal:
        return ""


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
