"""The layout of the data directory."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataDir:
    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def damaged(self) -> Path:
        """Bytes of the inbox that are no longer deliveries."""
        return self.root / "inbox" / "damaged"

    @property
    def archive(self) -> Path:
        return self.root / "archive" / "deliveries"

    @property
    def operations_archive(self) -> Path:
        """What flows did, a file a day."""
        return self.root / "archive" / "operations"

    @property
    def erasures(self) -> Path:
        """Which leads are erased, and by which acts."""
        return self.root / "archive" / "erasures.jsonl"

    @property
    def orders(self) -> Path:
        """Who is to be erased, until it is done."""
        return self.root / "erasing"

    @property
    def pruned(self) -> Path:
        """How far pruning has come."""
        return self.root / "pruned.json"

    @property
    def prune_wanted(self) -> Path:
        """Somebody waits for it now."""
        return self.root / "prune.wanted"

    @property
    def upkeep_wanted(self) -> Path:
        """Somebody waits for the lake to be kept in shape."""
        return self.root / "upkeep.wanted"

    @property
    def store(self) -> Path:
        """The database that digest alone opens."""
        return self.root / "store.duckdb"

    @property
    def rebuilt(self) -> Path:
        """A new store, ready to replace the old one."""
        return self.root / "store.rebuilt.duckdb"

    @property
    def previous(self) -> Path:
        """The store that a new one has replaced, until the new one has been published."""
        return self.root / "store.previous.duckdb"

    @property
    def state(self) -> Path:
        """Users and tokens, runs of resync and reconcile, points spent, mails sent."""
        return self.root / "state.sqlite"

    @property
    def person_key(self) -> Path:
        """The key that persons' contacts are hashed with."""
        return self.root / "person.key"

    @property
    def calendar(self) -> Path:
        """The account's own working hours and days; need not be there."""
        return self.root / "calendar.toml"

    @property
    def flows(self) -> Path:
        return self.root / "flows"

    @property
    def flows_inbox(self) -> Path:
        """What came in at the addresses of flows and is no operation yet."""
        return self.flows / "inbox"

    @property
    def flows_store(self) -> Path:
        return self.flows / "flows.sqlite"

    @property
    def flow_addresses(self) -> Path:
        """What the receiver has to know of flows."""
        return self.flows / "active.json"

    @property
    def flows_lock(self) -> Path:
        """The runner holds it, and touches it while it moves."""
        return self.flows / "flows.lock"

    @property
    def sends_reports(self) -> Path:
        """Stands there once somebody has made a schedule in the browser, for `serve` to see."""
        return self.root / ".sends-reports"

    @property
    def serve_lock(self) -> Path:
        return self.root / "serve.lock"

    @property
    def jobs_waiting(self) -> Path:
        """Is there while jobs wait that no runner has seen."""
        return self.root / "jobs.waiting"

    @property
    def jobs_lock(self) -> Path:
        return self.root / "jobs.lock"

    @property
    def alerts_lock(self) -> Path:
        """Whoever watches and tells holds it."""
        return self.root / "alerts.lock"

    @property
    def published(self) -> Path:
        """The read-only copy that anyone may open."""
        return self.root / "calltouch.duckdb"

    @property
    def keyed(self) -> Path:
        """The published file once more, without persons."""
        return self.root / "calltouch-keyed.duckdb"

    @property
    def keyed_lock(self) -> Path:
        """Whoever makes that file holds it."""
        return self.root / "keyed.lock"

    @property
    def taken_parcels(self) -> Path:
        """How far parcels of other hosts are taken."""
        return self.root / "parcels.json"

    @property
    def installation(self) -> Path:
        """What tells this inbox from others under the same host name."""
        return self.root / "installation"

    @property
    def shipping(self) -> Path:
        """How parcels are getting on, as whoever ships or takes them said last."""
        return self.root / "shipping.json"

    @property
    def shipping_lock(self) -> Path:
        """Whoever ships or takes parcels holds it."""
        return self.root / "shipping.lock"


RESTORING = "restoring"
"""Stands in a directory that a backup is being put back into."""


class InvalidDataDir(Exception):
    """The directory cannot be written; the text says why, and what to do."""


def prepare(root: Path) -> None:
    """Create the directory, open to those who may read the published file; from now on this
    process creates files that only their owner may read. Raises `InvalidDataDir`."""
    try:
        root.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidDataDir(f"{root} cannot be created: {error.strerror}") from error
    check_writable(root)
    if (root / RESTORING).exists():
        raise InvalidDataDir(
            f"a backup is being put back into {root}; if that was interrupted, empty the directory "
            "and run `calltouch restore` again"
        )
    os.umask(0o077)


def check_writable(root: Path) -> None:
    """Raises `InvalidDataDir`. Writes nothing: on a full disk the receiver has its reserve."""
    try:
        is_read_only = bool(os.statvfs(root).f_flag & os.ST_RDONLY)
        owner = root.stat().st_uid
    except OSError as error:
        raise InvalidDataDir(f"{root} cannot be reached: {error.strerror}") from error
    if is_read_only:
        raise InvalidDataDir(
            f"{root} cannot be written: its file system is read-only; mount it writable, or set "
            "CALLTOUCH_DATA_DIR to a directory on another one"
        )
    if not os.access(root, os.W_OK | os.X_OK, effective_ids=True):
        raise InvalidDataDir(
            f"{root} cannot be written by this user (uid {os.geteuid()}, it belongs to {owner}); "
            f"run this as its owner, or: chown -R <user> {root}"
        )
