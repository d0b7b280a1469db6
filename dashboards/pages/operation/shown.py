"""The texts of an operation as this reader sees them: none, masked, or as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import g

from analytics.privacy.contacts import NOBODY, Contacts
from analytics.privacy.documents import (
    contacts_in,
    mask_body,
    mask_field,
    mask_header,
    mask_message,
)
from analytics.privacy.masks import mask_ip, mask_phone, without_contacts, without_numbers
from analytics.privacy.people import people_of
from analytics.reports.parameter import ReportParameter
from dashboards.page.context import CardContext
from dashboards.pages.operations.desk import OperationRecord, operation_desk
from dashboards.slice.bad_query import NoSuchPage

MASKS = ReportParameter("masks", "on", choices=("on", "off"), is_place=True)
LONGEST_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class ShownTexts:
    """`known`: whose contacts are looked for in all texts of the operation; None where nothing is
    masked."""

    known: Contacts | None

    def field(self, name: str, value: Any) -> Any:
        return value if self.known is None else mask_field(name, value, self.known)

    def header(self, name: str, value: str) -> str:
        line = f"{name}: {value}"
        return line if self.known is None else mask_header(line, self.known)

    def message(self, text: str) -> str:
        return text if self.known is None else mask_message(text, self.known)

    def body(self, text: str) -> str:
        return text if self.known is None else mask_body(text, self.known)

    def url_query(self, text: str) -> str:
        return text if self.known is None else without_contacts(f"?{text}", self.known)[1:]

    def text(self, text: str) -> str:
        return text if self.known is None else without_numbers(text, self.known)

    def address(self, text: str) -> str:
        return text if self.known is None or not text else mask_ip(text)

    def phone(self, text: str) -> str:
        return text if self.known is None else mask_phone(text)


def operation_of(context: CardContext) -> OperationRecord:
    """The one that the page is about, asked for once. Raises `NoSuchPage` and `DeskClosed`."""
    if "operation_record" not in g:
        g.operation_record = operation_desk().operation(context.options["number"])
    record: OperationRecord | None = g.operation_record
    if record is None:
        raise NoSuchPage("no_operation")
    return record


def shown_texts(context: CardContext) -> ShownTexts | None:
    """None to those who may see states, times, reasons, hosts and statuses alone."""
    if not context.reader.sees_personal or context.origin != "":
        return None
    if is_unmasked(context):
        return ShownTexts(None)
    if "operation_contacts" not in g:
        g.operation_contacts = _known(operation_of(context), context)
    return ShownTexts(g.operation_contacts)


def is_unmasked(context: CardContext) -> bool:
    return context.reader.sees_personal and context.options[MASKS.name] == "off"


def _known(record: OperationRecord, context: CardContext) -> Contacts:
    leads = {record.lead_id} if record.lead_id is not None else set()
    owners = people_of(context.db).of_leads(sorted(leads)) if leads else {}
    told = contacts_in(_pairs(record))
    return told | owners.get(record.lead_id, NOBODY)


def _pairs(record: OperationRecord) -> Iterable[tuple[str, Any]]:
    """What came in, and what was sent of it: a lead that a step found is another person's."""
    if record.input is not None:
        yield from record.input.fields
        yield "body", record.input.body
    if record.phone:
        yield "phone", record.phone
    for step in record.steps:
        for attempt in step.attempts:
            for text in filter(None, (attempt.request, attempt.answer)):
                yield "body", text.partition("\n\n")[2] or text


def cut(text: str) -> tuple[str, bool]:
    """The beginning of it, and whether there is more."""
    return text[:LONGEST_SHOWN], len(text) > LONGEST_SHOWN
