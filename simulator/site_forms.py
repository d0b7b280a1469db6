"""Forms that visitors of a site fill in, as the form builder Tilda passes them on.

The names of the fields are those of its documentation and of usual forms; an account may have
others. Visitors are clients of the world with a session, so Calltouch knows where they came from.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from simulator.lives.leads import Lead, Visit
from simulator.market.chance import stream
from simulator.market.traffic import UTM_TAGS

CONNECTING = b"test=test"
"""What Tilda sends when the address is set up; it wants to be answered 200."""

_FORM_ID = "form718422001"
# People write it into whatever field there is.
_NO_PHONE = "только письмом"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """`number`: Tilda's `tranid`. `body`: as it is posted."""

    number: str
    body: bytes


def filled_forms(
    leads: Iterable[Lead], seed: int, site_id: int, count: int
) -> tuple[FilledForm, ...]:
    """Forms of the last visitors of that site; the phone in the last form is none."""
    visitors = deque(
        (
            (lead, lead.last_touch)
            for lead in leads
            if lead.site.site_id == site_id
            and isinstance(lead.last_touch, Visit)
            and not lead.person.is_junk
        ),
        maxlen=count,
    )
    forms = []
    for number, (lead, visit) in enumerate(visitors, start=1):
        person, form = lead.person, lead.site.forms.pick(stream(seed, "form", number))
        tranid = f"{site_id}:{seed}{number:06d}"
        fields = {
            "Name": person.fio,
            "Phone": _NO_PHONE if number == len(visitors) else _as_typed(person.phone),
            "Email": person.email or "",
            "Comments": "Перезвоните, пожалуйста",
            "formid": _FORM_ID,
            "formname": form.name,
            "tranid": tranid,
            "COOKIES": f"tildauid={number:08d}; _ct_session_id={visit.session_id}",
            **{
                name: value
                for name, value in zip(UTM_TAGS, visit.traffic.utm or (), strict=False)
                if value is not None
            },
        }
        forms.append(FilledForm(tranid, urlencode(fields, quote_via=quote).encode("ascii")))
    return tuple(forms)


def _as_typed(phone: str) -> str:
    """In the mask of the form."""
    return f"+{phone[0]} ({phone[1:4]}) {phone[4:7]}-{phone[7:9]}-{phone[9:]}"
