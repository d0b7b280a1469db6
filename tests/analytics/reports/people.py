"""Who a lead is of, in plain Python: told by what was sent, however it was written."""

from typing import Any

from tests.analytics.fold.plain_fold import canonical_email, canonical_phone

Lead = dict[str, Any]


def phone(lead: Lead) -> str | None:
    return canonical_phone(lead["caller_phone"])


def email(lead: Lead) -> str | None:
    return canonical_email(lead["email"])


def person(lead: Lead) -> str | None:
    return phone(lead) or email(lead) or lead["ct_caller_id"]
