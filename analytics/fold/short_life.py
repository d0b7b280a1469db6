"""Leads with few deliveries: each is folded anew from all of them, so that a late one needs no road
of its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from duckdb import DuckDBPyConnection

from analytics.fold.delivery import DecodedDelivery
from analytics.fold.facts import Facts
from analytics.fold.identity import Key
from analytics.fold.life import LeadFold, LifeState
from analytics.fold.order import place, sort_key
from analytics.fold.output import Output, known
from analytics.fold.stored import MOST_BYTES, History, earlier


def fold_short(
    db: DuckDBPyConnection,
    leads: Mapping[Key, list[DecodedDelivery]],
    stored: Mapping[Key, History],
    output: Output,
) -> None:
    """Leads and their new deliveries. `stored`: what the store holds of those that it holds."""
    for group in _groups(leads, stored):
        before = earlier(db, [key for key in group if key in stored])
        fold_lives({key: leads[key] for key in group}, before, output)
        if output.is_full:
            output.write(db)


def fold_lives(
    leads: Mapping[Key, list[DecodedDelivery]], before: Iterable[DecodedDelivery], output: Output
) -> None:
    """`before`: their stored deliveries."""
    lives = {key: list(new) for key, new in leads.items()}
    was = [(one, known(one)) for one in before]
    for one, _ in was:
        assert one.key
        lives[one.key].append(one)
    output.stored += {one.key for one, _ in was if one.key}
    for key, deliveries in lives.items():
        _fold_life(key, deliveries, output)
    for one, known_before in was:
        output.take_again(one, known_before)


def _fold_life(key: Key, deliveries: list[DecodedDelivery], output: Output) -> None:
    facts = Facts.of(deliveries)
    for one in deliveries:
        one.sort_key = sort_key(one, facts.first_start)
    deliveries.sort(key=place)
    _note_lateness(deliveries)
    fold = LeadFold(key, facts, LifeState())
    for one in deliveries:
        fold.take(one)
    output.take_history(fold)
    output.lives.append(fold.life())


def _note_lateness(deliveries: Sequence[DecodedDelivery]) -> None:
    """Late: received after one that it precedes."""
    least = deliveries[-1].delivery_id
    for one in reversed(deliveries):
        one.is_late = one.delivery_id > least
        least = min(least, one.delivery_id)


def _groups(leads: Iterable[Key], stored: Mapping[Key, History]) -> Iterator[list[Key]]:
    """So many at a time that their stored deliveries may be in memory together."""
    group: list[Key] = []
    size = 0
    for key in leads:
        its_size = stored[key].size if key in stored else 0
        if group and size + its_size > MOST_BYTES:
            yield group
            group, size = [], 0
        group.append(key)
        size += its_size
    if group:
        yield group
