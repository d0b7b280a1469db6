"""Leads with very many deliveries: the cost of one more does not grow with their number.

Their states lie in the store (`states`), one every so many deliveries. New ones are folded from the
state before them, and on until the state is again what it was: one that comes in order at the end,
a late one at its place. What changes the meaning of earlier ones has all of them read again, some
at a time: a new first start, or a webhook that words what only the API had said.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np
from duckdb import DuckDBPyConnection

from analytics.fold.delivery import DecodedDelivery
from analytics.fold.facts import Facts
from analytics.fold.identity import Key
from analytics.fold.index import Flags, Index
from analytics.fold.life import LeadFold, LifeState
from analytics.fold.order import FIRST, Place, place, sort_key
from analytics.fold.output import Output, known
from analytics.fold.rows import Rewritten
from analytics.fold.states import (
    StateRow,
    StateSummary,
    decode,
    encode,
    places,
    portions,
    stored_states,
    summaries,
)
from analytics.fold.stored import Progress, in_pages, index_between

# Deliveries from one state to the next; before there are twice as many, a state is put between.
SPACING = 500
_BEFORE_ALL: Place = (FIRST - 1, 0)
_AFTER_ALL: Place = ((1 << 63) - 1, (1 << 63) - 1)


def fold_long(
    db: DuckDBPyConnection,
    leads: Mapping[Key, Sequence[DecodedDelivery]],
    counts: Mapping[Key, int],
    output: Output,
    progress: Progress,
) -> None:
    """Leads and their new deliveries. `counts`: how many of each are stored."""
    found = summaries(db, counts)
    for portion in portions(found):
        last = stored_states(db, {key: summary.last for key, summary in portion.items()})
        for key, summary in portion.items():
            life = _LongLife(db, key, leads[key], output, progress)
            if key not in last or not life.go_on(summary, last[key]):
                life.start_over()
    for key in leads:
        if key not in found:
            _LongLife(db, key, leads[key], output, progress).start_over()


class _LongLife:
    """One lead, whose new deliveries are to be folded into what is stored of it."""

    def __init__(
        self,
        db: DuckDBPyConnection,
        key: Key,
        new: Sequence[DecodedDelivery],
        output: Output,
        progress: Progress,
    ) -> None:
        self._db, self._key, self._output, self._progress = db, key, output, progress
        self._new = list(new)
        self._facts = Facts()
        self._fold = LeadFold(key, self._facts, LifeState())
        # How many deliveries were folded since the last state that is kept.
        self._since = 0

    def go_on(self, summary: StateSummary, last_state: bytes) -> bool:
        """From the cache; `last_state` is that at `summary.last`. False: it cannot be right."""
        marks = places(self._db, self._key)
        if not marks or marks[-1] != summary.last:
            return False
        self._know(summary.facts.copy())
        if self._facts.changes_meaning_of(summary.facts):
            self._refold()
            return True
        self._order_new(summary.last)
        if place(self._new[0]) > summary.last:
            self._fold.state = decode(last_state)
            self._append(self._new, summary)
        else:
            self._insert(summary, marks, last_state)
        return True

    def start_over(self) -> None:
        """From the stored deliveries alone."""
        index = index_between(self._db, self._key, _BEFORE_ALL, _AFTER_ALL)
        self._know(Facts.of(in_pages(self._db, index, self._progress)))
        self._refold()

    def _know(self, facts: Facts) -> None:
        """`facts`: of the stored deliveries."""
        for one in self._new:
            facts.add(one)
        self._facts = facts
        self._fold = LeadFold(self._key, facts, LifeState())

    def _order_new(self, last: Place) -> None:
        """Those already stored have lower ids, so theirs alone become late that precede one."""
        for one in self._new:
            one.sort_key = sort_key(one, self._facts.first_start)
        self._new.sort(key=place)
        least = self._new[-1].delivery_id
        for one in reversed(self._new):
            one.is_late = place(one) < last or one.delivery_id > least
            least = min(least, one.delivery_id)

    def _append(self, new: Sequence[DecodedDelivery], summary: StateSummary) -> None:
        """What comes after all that is stored."""
        self._since = summary.since if summary.since < SPACING else 0
        if self._since:
            self._output.drop_state(self._key, summary.last)
        for number, one in enumerate(new, 1):
            self._take(one, len(new) - number)
        plain = encode(self._fold.state)
        self._output.keep_state(StateRow(self._key, place(new[-1]), plain))
        self._finish(place(new[-1]), self._since, len(plain))

    def _insert(self, summary: StateSummary, marks: Sequence[Place], last_state: bytes) -> None:
        """At least one is late. Stretches from mark to mark in which nothing is new and that begin
        as they began before are passed over."""
        waiting = deque(self._new)
        number, has_changed = 0, False
        while waiting or (has_changed and number < len(marks)):
            if not has_changed:
                number = bisect_left(marks, place(waiting[0]))
                self._fold.state = self._stored_state(marks[number - 1]) if number else LifeState()
            if number == len(marks):
                self._append(waiting, summary)
                return
            before = marks[number - 1] if number else _BEFORE_ALL
            has_changed = self._take_stretch(before, marks[number], waiting)
            number += 1
        if not has_changed:
            self._fold.state = decode(last_state)
        self._finish(summary.last, summary.since, summary.size)

    def _take_stretch(self, before: Place, until: Place, waiting: deque[DecodedDelivery]) -> bool:
        """Whether it now ends in another state."""
        new = []
        while waiting and place(waiting[0]) < until:
            new.append(waiting.popleft())
        index = index_between(self._db, self._key, before, until)
        self._since = 0
        self._take_all(index.merged(new), new)
        plain = encode(self._fold.state)
        # The one that is stored may be written otherwise, by another version of a library.
        if plain == encode(self._stored_state(until)):
            return False
        self._output.drop_state(self._key, until)
        self._output.keep_state(StateRow(self._key, until, plain))
        return True

    def _refold(self) -> None:
        """All deliveries anew, in what is now their order."""
        index = index_between(self._db, self._key, _BEFORE_ALL, _AFTER_ALL)
        start = self._facts.first_start
        if index.sort_keys[0] == FIRST and start and start.delivery_id != index.ids[0]:
            (other,) = in_pages(self._db, index.part(slice(1)), self._progress)
            index.sort_keys[0] = sort_key(other, start)
        for one in self._new:
            one.sort_key = sort_key(one, start)
        self._output.forgotten.append(self._key)
        merged = index.merged(self._new)
        self._take_all(merged, self._new, merged.lateness())
        last = int(merged.sort_keys[-1]), int(merged.ids[-1])
        plain = encode(self._fold.state)
        self._output.keep_state(StateRow(self._key, last, plain))
        self._finish(last, self._since, len(plain))

    def _take_all(
        self, merged: Index, new: Sequence[DecodedDelivery], lateness: Flags | None = None
    ) -> None:
        """Stored and new ones in order. `lateness`: None if that of each is known."""
        by_id = {one.delivery_id: one for one in new}
        is_stored = ~np.isin(merged.ids, list(by_id))
        stored = in_pages(self._db, merged.part(is_stored), self._progress)
        for number, delivery_id in enumerate(merged.ids):
            one = by_id.get(int(delivery_id)) or next(stored)
            was = None if one.delivery_id in by_id else known(one)
            one.sort_key = int(merged.sort_keys[number])
            if lateness is not None:
                one.is_late = bool(lateness[number])
            self._take(one, len(merged.ids) - number - 1, was)

    def _take(self, one: DecodedDelivery, left: int, was: Rewritten | None = None) -> None:
        """`left`: how many come after it before the next state. `was`: what was known of it, if it
        is stored."""
        self._fold.take(one)
        self._output.take_history(self._fold)
        if was:
            self._output.take_again(one, was)
        self._since += 1
        if self._since >= SPACING and left >= SPACING:
            row = StateRow(self._key, place(one), encode(self._fold.state))
            self._output.keep_state(row)
            self._since = 0
        if self._output.is_full:
            self._output.write(self._db)

    def _stored_state(self, at: Place) -> LifeState:
        return decode(stored_states(self._db, {self._key: at})[self._key])

    def _finish(self, last: Place, since: int, size: int) -> None:
        self._output.cached[self._key] = StateSummary(self._facts, last, since, size)
        self._output.stored.append(self._key)
        self._output.lives.append(self._fold.life())
