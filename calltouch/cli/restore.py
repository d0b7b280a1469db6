"""calltouch restore: put a backup back, or only see whether that would work."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analytics.published_file import Published
from calltouch.cli import DIFFERENCES
from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, progress_bar
from flows.filling.filters import FilterSettings
from flows.restored import HeldFlows, hold_restored
from receiver.backup import restoring
from receiver.backup.erasing_again import order_again
from receiver.backup.manifest import InvalidBackup
from receiver.backup.restoring import ChosenBackup, DayDifference, RestoreRefused
from receiver.data_dir import DataDir, prepare
from receiver.digest.rebuild import fingerprint_for
from receiver.digest.stores.makers import STORE_TROUBLES
from receiver.ending import ending_on_signals
from receiver.ops import metrics
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning
from receiver.published import published_source
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class RestoredData:
    """`newer`: deliveries that the present data directory holds and the backup does not; None where
    nobody knows. `other_settings`: the store is made with others than it was. `erased_again`:
    people who had been erased since."""

    differing: tuple[DayDifference, ...]
    flows: HeldFlows
    newer: int | None
    other_settings: tuple[str, ...]
    erased_again: int


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """`target`: the data directory to be, or for a check where the scratch directory is made."""

    target: Path | None
    check: bool
    accept_loss: bool
    as_json: bool


@click.command(
    "restore",
    epilog="Example: calltouch restore --from /mnt/backups --to /var/lib/calltouch",
)
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A backup, or a directory of backups: then the newest.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    help="Empty data directory to restore into. With --check: where the scratch directory is made.",
)
@click.option("--check", is_flag=True, help="Into a scratch directory, which is then removed.")
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Go on although the backup's archive lacks deliveries; they are recorded as lost.",
)
@dry_run_option
@json_option
def command(
    source: Path,
    target: Path | None,
    check: bool,
    accept_loss: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Put a backup back, make the store again from it, and compare the counts of each day.

    Nothing is put back unless every file is as the backup's manifest says. All flows are stopped
    and what had not ended is held, so that nothing is done twice. Exit code 3: something differs.
    """
    configure()
    settings = Settings.load()
    if target is None and not (check or dry_run):
        raise click.UsageError("say where: --to DIR, or --check")
    wish = RestoreWish(target and target.absolute(), check, accept_loss, as_json)
    try:
        chosen = restoring.choose_backup(source.absolute())
        return _restore(settings, chosen, wish, dry_run)
    except (InvalidBackup, RestoreRefused, DigestRunning, *STORE_TROUBLES) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror}") from error


@ending_on_signals()
def _restore(settings: Settings, chosen: ChosenBackup, wish: RestoreWish, dry_run: bool) -> int:
    if wish.target is not None and not wish.check:
        restoring.refuse_used(wish.target)
        restoring.refuse_lake(settings)
    if differing := _verified(chosen):
        return _refuse(chosen, differing, wish.as_json)
    if dry_run:
        _show_plan(chosen, wish)
        return 0
    with _place_for(chosen, wish) as place:
        own = restoring.settings_for(settings, place, in_file=wish.check)
        with restoring.lake_or_none(own):
            restored = _put_back(own, chosen, DataDir(settings.data_dir), wish.accept_loss)
    _print(chosen, restored, wish)
    return DIFFERENCES if restored.differing or chosen.manifest.faults else 0


def _verified(chosen: ChosenBackup) -> list[str]:
    with progress_bar(chosen.manifest.bytes, "Checking") as bar:
        return restoring.differences(chosen, bar.update)


@contextmanager
def _place_for(chosen: ChosenBackup, wish: RestoreWish) -> Iterator[Path]:
    """What is made for a check goes again, and so does what is not finished."""
    if wish.target is not None and not wish.check:
        restoring.refuse_small(chosen.manifest, wish.target.parent)
        prepare(wish.target)
        try:
            yield wish.target
        except BaseException:
            restoring.empty(wish.target)
            raise
        return
    above = wish.target or Path(tempfile.gettempdir())
    above.mkdir(parents=True, exist_ok=True)
    restoring.refuse_small(chosen.manifest, above)
    with tempfile.TemporaryDirectory(prefix="calltouch-restore-", dir=above) as scratch:
        place = Path(scratch) / "data"
        prepare(place)
        yield place


def _put_back(
    own: Settings, chosen: ChosenBackup, present: DataDir, accept_loss: bool
) -> RestoredData:
    manifest, target = chosen.manifest, own.data_dir
    place = DataDir(target)
    try:
        with progress_bar(manifest.bytes, "Copying") as bar:
            restoring.put_back(chosen, target, bar.update)
        erased = order_again(chosen.path, manifest, place, present)
        with progress_bar(manifest.deliveries, "Rebuilding") as bar:
            restoring.make_store(own, bar.update, accept_loss=accept_loss)
    finally:
        # Digest has counted in memory, for a server that is not there.
        metrics.forget(target)
    flows = _hold_flows(own, place)
    restored = RestoredData(
        tuple(restoring.compared(own, manifest.days)),
        flows,
        restoring.newer_deliveries(place, present),
        _other_settings(own, chosen),
        erased,
    )
    restoring.finish(target)
    return restored


def _hold_flows(settings: Settings, place: DataDir) -> HeldFlows:
    if not place.flows_store.exists():
        return HeldFlows(0, 0)
    filters = FilterSettings(ZoneInfo(settings.timezone))
    with Published(published_source(settings)).reading() as published:
        return hold_restored(place, published, filters, datetime.now(UTC))


def _other_settings(settings: Settings, chosen: ChosenBackup) -> tuple[str, ...]:
    now, then = dict(fingerprint_for(settings).rows()), chosen.manifest.fingerprint
    return tuple(sorted(name for name in now if then.get(name) != now[name]))


def _refuse(chosen: ChosenBackup, differing: list[str], as_json: bool) -> int:
    if as_json:
        print_json({"backup": str(chosen.path), "differing_files": differing})
    else:
        for text in differing:
            click.echo(text)
        click.echo(f"{chosen.path} is not as it was made: nothing was put back")
    return DIFFERENCES


def _show_plan(chosen: ChosenBackup, wish: RestoreWish) -> None:
    manifest = chosen.manifest
    if wish.as_json:
        print_json(
            {
                "backup": str(chosen.path),
                "deliveries": manifest.deliveries,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
            }
        )
        return
    where = f" into {wish.target}" if wish.target else ""
    click.echo(
        f"{chosen.path} is whole: would restore {manifest.deliveries} deliveries, "
        f"{len(manifest.files)} files, {manifest.bytes / 1e6:.1f} MB{where}"
    )


def _print(chosen: ChosenBackup, restored: RestoredData, wish: RestoreWish) -> None:
    manifest = chosen.manifest
    target = None if wish.check else wish.target
    if wish.as_json:
        print_json(
            {
                "backup": str(chosen.path),
                "restored_to": None if target is None else str(target),
                "newer_than": manifest.began_at,
                "newer_deliveries": restored.newer,
                "deliveries": manifest.deliveries,
                "differing_days": [asdict(one) for one in restored.differing],
                "faults": list(manifest.faults),
                "other_settings": list(restored.other_settings),
                "flows_stopped": restored.flows.stopped,
                "operations_held": restored.flows.held,
                "erased_again": restored.erased_again,
            }
        )
        return
    for line in _report(chosen, restored, target):
        click.echo(line)


def _report(chosen: ChosenBackup, restored: RestoredData, target: Path | None) -> Iterator[str]:
    manifest = chosen.manifest
    done = "can be restored" if target is None else f"restored into {target}"
    days = f"{manifest.deliveries} deliveries on {len(manifest.days)} days"
    yield f"{chosen.path.name} {done}: {days}"
    for day in restored.differing:
        yield f"{day.day}: {day.restored} deliveries in the store, {day.expected} in the backup"
    for fault in manifest.faults:
        yield f"not in the backup: {fault}"
    began = datetime.fromisoformat(manifest.began_at)
    newer = "" if restored.newer is None else f" ({restored.newer} in the present data directory)"
    yield (
        f"newer than the backup: whatever came since {began:%Y-%m-%d %H:%M:%S} UTC{newer}; "
        f"`calltouch resync --from {began.date()}` fetches the leads"
    )
    if restored.erased_again:
        yield f"{restored.erased_again} people who had been erased since are erased from it again"
    if restored.other_settings:
        names = ", ".join(restored.other_settings)
        yield f"the backup was made with another {names}; what is in force now was used"
    if restored.flows.stopped or restored.flows.held:
        yield (
            f"{restored.flows.stopped} flows are stopped, {restored.flows.held} operations held: "
            "see `calltouch flow operations --state held`"
        )
