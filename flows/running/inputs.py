"""What an operation begins with: a delivery as it came, or a lead's fields, stored with it."""

from dataclasses import fields
from typing import Any

from flows.definition.flow import Flow, HttpSource
from flows.fields import DeliveryFields, FlowDelivery, read_fields
from flows.store.operations import Operation


def delivery_input(delivery: FlowDelivery) -> dict[str, Any]:
    """As it is stored: bytes as Latin-1 text."""
    values = {field.name: getattr(delivery, field.name) for field in fields(delivery)}
    return {**values, "query": _text(delivery.query), "body": _text(delivery.body)}


def stored_delivery(values: dict[str, Any]) -> FlowDelivery:
    raw = {**values, "query": _bytes(values["query"]), "body": _bytes(values["body"])}
    return FlowDelivery(**raw)


def operation_fields(operation: Operation, flow: Flow, stored: dict[str, Any]) -> DeliveryFields:
    """The fields that the first step sees."""
    if isinstance(flow.source, HttpSource):
        source = flow.source
        read = read_fields(stored_delivery(stored), source.charset, source.unexpanded)
    else:
        read = DeliveryFields(stored, ())
    about = {
        "@flow": operation.flow,
        "@operation": operation.operation_id,
        "@delivery": _delivery_id(operation, read),
    }
    return DeliveryFields({**read.values, **about}, read.notes)


def _delivery_id(operation: Operation, read: DeliveryFields) -> Any:
    """The one that the sender may have been told."""
    told = read.values.get("@header.@delivery")
    return told or operation.delivery_id or operation.operation_id


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
