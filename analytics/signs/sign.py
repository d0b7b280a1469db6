"""A sign that something is wrong, and the words of `kind` and `cause`.

`signs` (analytics/signs/looking.py) finds them. `subject` and `figures` hold nothing personal.

Kinds, with `subject` in brackets:

- silence []: no new lead at all.
- webhook_silence [webhook]: one webhook brings nothing more, others go on.
- site_silence [site id]: one site brings nothing more, others go on.
- number_silence [tracked number]: one number rings no more, the other calls of its site go on.
- utm_lost [utm_source, utm_medium … or utm_source=value]: leads come, but without that tag.
- leads_filtered [request, call, repeat, missed, started, ended, untagged]: leads of one
  kind are missing while the rest goes on.
- slow_calls [site id, or nothing for all]: calls wait long, or their ends come late, or nobody
  answers.
- quarantined []: more deliveries than usual cannot be understood.
- losses []: more leads than usual show that deliveries before were lost.

Causes, the first guess, with what it means and what to do:

- webhook_off: all or this webhook is silent. Off in the cabinet, or its address or secret was
  changed: look at the webhook in the cabinet, then resync.
- receiver_unreachable: several webhooks fell silent at once, so it is this side: a full disk, the
  proxy, the network, the certificate. Look at /readyz and the disk, then resync.
- template_changed: deliveries arrive, but the lead's id is not among them, or is renamed: put the
  parameters of the webhook back, then rebuild.
- script_gone: leads with a session (forms, dynamic numbers) stopped, printed numbers of the site
  still ring: Calltouch's script is not on the site any more, or is blocked.
- site_off: everything of this site stopped: the site itself or its webhook is off.
- number_dead: that number does not ring: call it; ask Calltouch or the carrier.
- tagging_lost: as many leads as usual, but without the tag: redirects or a new page strip it, or
  links were changed.
- campaign_stopped: the leads with that tag are missing altogether: the advertising is paused.
- filter_set: a filter in the webhook's settings (metric, tag, traffic), or one of its events is
  switched off: look there, then resync.
- pbx_slow: long waits or late ends of calls: the telephone system or its operators are behind.
- nobody_answers: calls come, all are missed: the telephone system forwards them nowhere.
- deliveries_late: leads come, but much later than usual: Calltouch's queue, or the way here.
- deliveries_lost: some deliveries do not arrive: refused ones (metrics), or the way here; resync.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sign:
    """`figures` of silences, and of leads that are filtered or without a tag: hours (since the last
    one), usual (how many are usual in that time), chance (of so long a silence), site (empty: all);
    of slow calls: hours, odd (slow ones) of so many calls, usual (the same number), site; of
    quarantined and losses: odd, of, share, usual_share. `since`: the last lead before it, or the
    first call or delivery counted. Silences of the same `since` are the same one."""

    kind: str
    subject: str
    cause: str
    figures: Mapping[str, float | str]
    since: datetime
