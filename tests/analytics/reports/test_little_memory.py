"""What must not grow with the leads: lists of them, which DuckDB cannot put aside to disk."""

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.analytics.fold.folding import new_store
from tests.analytics.reports.world import LAST_DAY, ZONE

LEADS = 300_000
LEADS_OF_A_DAY = """
    insert into leads by name
    select 'call' as lead_type, range as lead_id, $day::date as day, 1 as attribution_model,
        $day as first_received_at, $day as last_received_at, $day as last_sent_at,
        1 as delivery_count
    from range($leads)
"""
THREE_TAGS_EACH = """
    insert into lead_tags by name
    select lead_type, lead_id, 'manual' as tag_category, day as lead_day,
        'Тег ' || (lead_id // (1 << turn) % 2 + 2 * turn) as tag
    from leads cross join (select unnest([0, 1, 2]) as turn)
"""


def test_tag_sets_of_many_leads(tmp_path: Path) -> None:
    now = datetime.combine(LAST_DAY, time(12), ZoneInfo(ZONE))
    question = Question.about("attribution", Filters(LAST_DAY, LAST_DAY), ZONE, now)
    with new_store(tmp_path) as db:
        db.execute(LEADS_OF_A_DAY, {"day": now, "leads": LEADS})
        db.execute(THREE_TAGS_EACH)
        db.execute("checkpoint")
        db.execute("set memory_limit = '80MB'")
        answer = ask(db, replace(question, groups=("tag_set",)))
    assert answer.column("leads") == [LEADS / 8] * 8
    assert answer.column("tag_set")[0] == "Тег 0, Тег 2, Тег 4"
