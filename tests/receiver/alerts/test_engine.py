"""One message when it begins and one when it ends, whatever happens in between."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.alerts.due import AlertPace, QuietHours
from receiver.alerts.noting import open_alerts_state
from tests.receiver.alerts.engine import Engine, Recorder

# Every step is synced, and a disk makes minutes of that.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture
def phone() -> Recorder:
    return Recorder()


@pytest.fixture
def engine(phone: Recorder) -> Iterator[Engine]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        made = Engine(Path(folder) / "state.sqlite")
        made.add(phone)
        yield made


def test_one_message_when_it_begins_and_one_when_it_ends(engine: Engine, phone: Recorder) -> None:
    engine.begin("silence")
    for _ in range(100):
        engine.step(minutes=5)
    assert phone.titles() == ["Leads have stopped coming"]
    engine.end("silence")
    engine.step(minutes=5)
    (message,) = phone.told
    assert message.title == "Leads are coming again"
    assert "lasted 8\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}25\N{NO-BREAK SPACE}min" in message.text
    engine.step(minutes=5)
    assert len(phone.told) == 1


def test_what_reminds_is_told_again_after_ever_longer_pauses(
    engine: Engine, phone: Recorder
) -> None:
    engine.begin("disk_full")
    for _ in range(2 * 24 * 12):
        engine.step(minutes=5)
    first = phone.at[0]
    assert [round((at - first) / timedelta(minutes=1)) for at in phone.at] == [0, 15, 75, 435, 1875]
    assert phone.titles()[1] == "Still: The disk is almost full"


def test_what_grows_is_told_again_and_what_does_not_is_not(engine: Engine, phone: Recorder) -> None:
    engine.begin("reconcile_lost", count=3)
    engine.step(minutes=1)
    engine.step(hours=2)
    assert len(phone.told) == 1
    engine.begin("reconcile_lost", count=5)
    engine.step(minutes=1)
    assert len(phone.told) == 2


def test_nothing_is_written_while_nothing_changes(engine: Engine) -> None:
    """Every commit to the file makes digest publish."""
    engine.begin("silence")
    engine.step(minutes=1)
    with closing(open_alerts_state(engine.state)) as db:
        before = db.execute("pragma data_version").fetchone()[0]
        for _ in range(5):
            engine.step(minutes=5)
        assert db.execute("pragma data_version").fetchone()[0] == before


def test_a_restart_tells_nothing_twice(engine: Engine, phone: Recorder) -> None:
    engine.begin("silence")
    for _ in range(3):
        engine.step(minutes=5)
        engine.restart()
    assert len(phone.titles()) == 1
    engine.end("silence")
    for _ in range(3):
        engine.step(minutes=5)
        engine.restart()
    assert len(phone.titles()) == 1


def test_killed_between_sending_and_noting_it_repeats_once(engine: Engine, phone: Recorder) -> None:
    engine.begin("silence")
    phone.dies = True
    with pytest.raises(SystemExit):
        engine.step(minutes=1)
    phone.dies = False
    engine.restart()
    for _ in range(5):
        engine.step(minutes=1)
    assert len(phone.told) == 2
    assert len({message.message_id for message in phone.told}) == 1, "so that it can be known"


def test_a_channel_that_is_down_holds_up_no_other_and_repeats_nothing(
    engine: Engine, phone: Recorder
) -> None:
    other = Recorder(down=True)
    engine.add(other, "mail")
    engine.begin("silence")
    engine.step(minutes=1)
    assert len(phone.titles()) == 1
    other.down = False
    engine.step(seconds=30)
    assert other.told == [], "it waits a while"
    engine.step(minutes=1)
    assert len(other.titles()) == 1
    assert phone.told == []
    with closing(open_alerts_state(engine.state)) as db:
        assert db.execute("select * from alert_channels").fetchall() == []


def test_a_source_that_cannot_look_ends_nothing_and_is_itself_told(
    engine: Engine, phone: Recorder
) -> None:
    engine.begin("silence")
    engine.step(minutes=1)
    phone.titles()
    engine.source.blind = "the file is locked"
    for _ in range(13):
        engine.step(minutes=5)
    (message,) = phone.told
    assert message.title == "Not watched: scripted"
    assert "the file is locked" in message.text
    engine.restart()
    engine.step(minutes=5)
    assert len(phone.told) == 1
    assert len(engine.going_on()) == 2
    engine.source.blind = ""
    engine.step(minutes=5)
    assert phone.titles()[1:] == ["OK again: Not watched: scripted"]


def test_quiet_hours_hold_back_what_can_wait(engine: Engine, phone: Recorder) -> None:
    night = Recorder()
    engine.add(night, "night", quiet=QuietHours(time(14), time(16)))
    engine.begin("silence")
    engine.begin("utm_lost", "yandex")
    engine.begin("losses")
    engine.step(minutes=1)
    assert len(phone.titles()) == 3
    assert night.titles() == ["Deliveries seem to be lost"], "it is 15:01 in Moscow"
    engine.end("utm_lost", "yandex")
    engine.step(minutes=60)
    assert night.titles() == ["Leads have stopped coming"], "what is over by then is not told"


def test_a_channel_is_told_the_kinds_it_asks_for(engine: Engine) -> None:
    some = Recorder()
    engine.add(some, "some", kinds=("flows", "silence"))
    for kind in ("silence", "losses", "flows_stuck"):
        engine.begin(kind)
    engine.step(minutes=1)
    assert some.titles() == ["Leads have stopped coming", "Flows are stuck"]


def test_a_new_channel_is_told_what_is_wrong_now(engine: Engine) -> None:
    engine.begin("silence")
    engine.begin("losses")
    engine.step(minutes=1)
    engine.end("losses")
    engine.step(minutes=1)
    new = Recorder()
    engine.add(new, "new")
    engine.step(minutes=1)
    assert new.titles() == ["Leads have stopped coming"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "end", "grow", "down", "up", "restart", "die"]),
        st.sampled_from(["silence", "disk_full", "losses", "flow_failing", "site_silence"]),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from([0, 1, 7, 16, 70]),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_never_a_storm_and_never_two_messages_of_one_state(
    steps: list[tuple[str, str, str, int]],
) -> None:
    with TemporaryDirectory(dir=MEMORY) as folder:
        phone, most = Recorder(), 4
        engine = Engine(Path(folder) / "state.sqlite", AlertPace((900, 3_600), most))
        engine.add(phone)
        deaths = 0
        for act, kind, subject, minutes in steps:
            deaths += act == "die"
            do(engine, phone, act, kind, subject)
            try:
                engine.step(minutes=minutes)
            except SystemExit:
                engine.restart()
            phone.dies = False
        phone.down = False
        for _ in range(6):
            engine.step(hours=2)
        assert most_in_an_hour(phone) <= most + deaths
        assert repeated(phone) <= deaths
        assert last_told(phone) >= {(alert.kind, alert.subject) for alert in engine.going_on()}


def do(engine: Engine, phone: Recorder, act: str, kind: str, subject: str) -> None:
    known = engine.source.wrong.get((kind, subject))
    if act in ("begin", "grow"):
        engine.begin(kind, subject, known.count + 1 if known and act == "grow" else 1)
    elif act == "end":
        engine.end(kind, subject)
    elif act == "restart":
        engine.restart()
    elif act == "die":
        phone.dies = True
    else:
        phone.down = act == "down"


def most_in_an_hour(phone: Recorder) -> int:
    hour = timedelta(hours=1)
    return max((sum(at <= other < at + hour for other in phone.at) for at in phone.at), default=0)


def repeated(phone: Recorder) -> int:
    """Messages that say again what was said."""
    times = Counter(message.message_id for message in phone.told)
    return sum(count - 1 for count in times.values())


def last_told(phone: Recorder) -> set[tuple[str, str]]:
    """What people believe to be wrong."""
    wrong: set[tuple[str, str]] = set()
    for message in phone.told:
        alerts = message.values["alerts"]
        assert isinstance(alerts, list)
        for alert in alerts:
            key = alert["kind"], alert["subject"]
            wrong.discard(key) if alert["event"] == "ended" else wrong.add(key)
    return wrong
