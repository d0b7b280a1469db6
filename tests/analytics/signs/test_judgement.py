"""How rare a silence is; each fault once; a quiet fortnight."""

from dataclasses import replace
from datetime import date
from math import exp
from random import Random

import pytest

from analytics.signs.causes import Late, together
from analytics.signs.runs import LatestCall, UsualCalls, odd_deliveries, rarity, run_of, slow_calls
from analytics.signs.silence import Heard, Silence, Usual, rarities_of, silence_of, silences
from analytics.signs.usual import SpecialDays, habits
from analytics.signs.watch import ALL, DayHours, Watch
from tests.analytics.signs.accounts import WEBHOOKS, Account, MadeLead, made_account
from tests.analytics.signs.breaking import FAULTS, webhook_off, without
from tests.analytics.signs.noticing import Kind, noticed_in
from tests.analytics.signs.watching import looks

MONDAY = date(2026, 11, 9).toordinal()
SITES = (Watch("site", "1"), Watch("site", "2"))


def usual_of(*watches: Watch, a_hour: int = 3, special: tuple[int, ...] = ()) -> Usual:
    """Twelve weeks of as many leads in each hour from 9 to 18 of working days."""
    hours: DayHours = [a_hour if 9 <= hour < 18 else 0 for hour in range(24)]
    days = [MONDAY - back for back in range(1, 85)]
    history = {
        watch: {day: hours for day in days if (day + 6) % 7 < 5} for watch in (*watches, ALL)
    }
    if watches:
        history[ALL] = {day: [len(watches) * n for n in row] for day, row in history[ALL].items()}
    off = SpecialDays.of(special)
    known = habits(history, MONDAY, off)
    return Usual(MONDAY, known, off, {}, rarities_of(known))


def at(hour: float, day: int = MONDAY) -> float:
    return day * 24 + hour


def heard_until(hour: float, *watches: Watch, a_hour: int = 3) -> Heard:
    """Monday as usual until then."""
    leads = round((hour - 9) * a_hour)
    heard = Heard({watch: {MONDAY: leads} for watch in watches}, dict.fromkeys(watches, at(hour)))
    heard.days[ALL] = {MONDAY: leads * max(1, len(watches))}
    heard.last[ALL] = at(hour)
    return heard


def test_the_usual_of_an_hour_is_that_of_the_weekday() -> None:
    habit = usual_of().habits[ALL]
    assert habit.between(at(10), at(12)) == pytest.approx(6, rel=0.05)
    assert habit.between(at(10, MONDAY + 5), at(12, MONDAY + 5)) == pytest.approx(0, abs=0.3)
    assert habit.between(at(0), at(7)) == pytest.approx(0, abs=0.01)
    assert habit.a_quarter == pytest.approx(13 * 5 * 27, rel=0.05)


def test_a_silence_is_about_as_rare_as_poisson_has_it() -> None:
    """A little less: days differ."""
    silence = silence_of(heard_until(12.0), usual_of(), ALL, at(15))
    assert silence.usual == pytest.approx(9, rel=0.05)
    assert exp(-9) < silence.chance < 4 * exp(-9)


def test_a_silence_at_night_or_on_a_day_off_is_none() -> None:
    usual, heard = usual_of(), heard_until(18.0)
    assert silence_of(heard, usual, ALL, at(8.9, MONDAY + 1)).chance > 0.7
    saturday = Heard({}, {ALL: at(18, MONDAY + 4)})
    assert silence_of(saturday, usual, ALL, at(8.9, MONDAY + 7)).chance > 0.2


def test_holidays_prove_little_however_many_they_are() -> None:
    holidays = tuple(range(MONDAY, MONDAY + 9))
    usual = usual_of(special=holidays)
    friday = Heard({}, {ALL: at(18, MONDAY - 3)})
    assert silence_of(friday, usual, ALL, at(18, MONDAY + 8)).chance > 0.002
    assert silence_of(friday, usual_of(), ALL, at(18, MONDAY + 8)).chance < 1e-9


def test_a_part_is_judged_by_what_goes_on_beside_it() -> None:
    usual = usual_of(*SITES)
    heard = heard_until(12.0, *SITES)
    heard.days[SITES[1]][MONDAY] += 12
    heard.days[ALL][MONDAY] += 12
    heard.last[SITES[1]] = heard.last[ALL] = at(16)
    (silent,) = silences(heard, usual, at(16.1))
    assert silent.watch == SITES[0]


def test_while_the_whole_is_silent_no_part_is_told() -> None:
    usual = usual_of(*SITES)
    silent = silences(heard_until(12.0, *SITES), usual, at(16.1))
    assert [one.watch for one in silent] == [ALL]


def test_what_is_young_is_not_watched() -> None:
    young = {MONDAY - back: [3] * 24 for back in range(1, 8)}
    old = {MONDAY - back: [3] * 24 for back in range(1, 60)}
    known = habits({ALL: old, SITES[0]: young}, MONDAY, SpecialDays.of(()))
    assert set(known) == {ALL}
    assert set(habits({ALL: young}, MONDAY, SpecialDays.of(()))) == {ALL}


def test_what_was_switched_off_for_good_is_forgotten() -> None:
    """The level of four weeks without leads is next to nothing, and so is what is missing."""
    hours: DayHours = [3] * 24
    gone = {MONDAY - back: hours for back in range(29, 85)}
    goes_on = {MONDAY - back: hours for back in range(1, 85)}
    known = habits({ALL: goes_on, SITES[0]: gone}, MONDAY, SpecialDays.of(()))
    if SITES[0] in known:
        usual = Usual(MONDAY, known, SpecialDays.of(()), {}, rarities_of(known))
        heard = Heard({ALL: {MONDAY: 36}}, {ALL: at(12)})
        assert silences(heard, usual, at(12.1)) == []


def test_leads_that_come_one_by_one_are_late_and_those_at_once_sent_again() -> None:
    silence = Silence(ALL, at(10), 12.0, 11.0)
    late = tuple((at(10 + n / 4), at(11 + n / 4)) for n in range(8))
    again = tuple((at(10 + n / 4), at(14 + n / 1000)) for n in range(8))
    assert Late(late).are_many(silence)
    assert not Late(again).are_many(silence)
    assert not Late(late[:2]).are_many(silence)


def test_the_chance_of_so_many() -> None:
    assert exp(-rarity(2, 2, 0.5)) == pytest.approx(0.25)
    assert exp(-rarity(5, 6, 0.2)) == pytest.approx(6 * 0.2**5 * 0.8 + 0.2**6)
    assert rarity(1, 10, 0.2) == 0


def test_a_run_ends_when_it_is_over() -> None:
    odd = [(at(12 - n / 10), True) for n in range(20)]
    fine = [(at(14 - n / 10), False) for n in range(14)]
    assert run_of(odd, 0.05, 10) is not None
    assert run_of([*fine, *odd], 0.05, 10) is None


def test_long_waits_of_several_sites_are_one_sign() -> None:
    usual = UsualCalls(30, 5, 0.2, 1000)
    slow = [LatestCall(at(12 - n / 10), 90, 0.1) for n in range(14)]
    fine = [LatestCall(at(12 - n / 10), 9, 0.1) for n in range(14)]
    (one,) = slow_calls({"1": slow, "2": fine}, {"1": usual, "2": usual}, at(12.1))
    assert (one.subject, one.cause) == ("1", "pbx_slow")
    (both,) = slow_calls({"1": slow, "2": slow}, {"1": usual, "2": usual}, at(12.1))
    assert (both.subject, both.figures["site"]) == ("", "1, 2")


def test_open_calls_alone_are_not_late_ends() -> None:
    """None of them has ended: an event may be switched off."""
    usual = UsualCalls(30, 5, 0.2, 1000)
    unended = [LatestCall(at(12 - n / 10), None, None) for n in range(14)]
    assert slow_calls({"1": unended}, {"1": usual}, at(13)) == []
    ended = [LatestCall(call.at, None, 40) for call in unended[7:]]
    assert slow_calls({"1": [*unended[:7], *ended]}, {"1": usual}, at(13)) != []


def test_deliveries_that_are_not_understood_are_told_alone() -> None:
    flags = [(at(12 - n / 10), True) for n in range(14)]
    odd = odd_deliveries(flags, "quarantined", 0.0, 5000)
    assert [one.cause for one in odd] == ["template_changed"]
    assert together([], odd, []) == odd


@pytest.fixture(scope="module")
def account() -> Account:
    """Two sites of some fifty leads a day."""
    made = made_account("autumn", date(2026, 11, 16), 12, sites=2)
    site = replace(made.sites[0], dynamic_numbers=made.sites[0].dynamic_numbers[:1])
    sites = (site, made.sites[1])
    return replace(made, sites=sites, a_day=(120.0, 40.0), webhooks=WEBHOOKS)


@pytest.fixture(scope="module")
def leads(account: Account) -> list[MadeLead]:
    return account.leads()


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_each_fault_is_noticed_and_named(
    kind: Kind, account: Account, leads: list[MadeLead]
) -> None:
    """The only webhook of an account, too."""
    if kind is webhook_off:
        account, leads = _with_one_webhook(account, leads)
    rng = (Random(f"{kind.__name__}/{n}") for n in range(30))
    found = next(filter(None, (noticed_in(account, leads, kind, one, 14) for one in rng)))
    assert found.is_in_time, found
    assert found.is_right, found


def _with_one_webhook(account: Account, leads: list[MadeLead]) -> tuple[Account, list[MadeLead]]:
    other = Watch("webhook", "", "last-touch")
    return replace(account, webhooks=("default",)), [without(lead, other) for lead in leads]


def test_a_quiet_week_raises_none(account: Account, leads: list[MadeLead]) -> None:
    begins = account.begins.toordinal() * 24
    for look, _ in looks(account, leads, begins, begins + 7 * 24):
        assert look.found == []
