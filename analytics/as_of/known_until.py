"""What was known at one instant, ready to be attached beside each published file."""

import shutil
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.as_of.folding import fold_again
from analytics.fold.stored import Progress
from analytics.published_file import NotReadable, PublishedSource, owners_directory
from analytics.statements import attach, rendered, statement
from analytics.store import (
    SCHEMA_VERSION,
    StoreFingerprint,
    fingerprint_of,
    make_views,
    open_store,
    transaction,
)

_VIEWS: Mapping[str, object] = {
    "by_lead": (
        *("leads", "lead_attributions", "lead_url_params", "lead_tags", "lead_comments"),
        *("delivery_gaps", "digest.lead_changes"),
    ),
    "timed": {
        "resync_runs": "started_at",
        "reconciliation": "compared_at",
        "flow_operations": "received_at",
        "flow_attempts": "begun_at",
        "alerts": "noticed_at",
        "notes": "made_at",
    },
    "of_reconciliation": ("reconciliation_differences", "reconciliation_unread"),
    "of_now": ("calendar", "archive_faults", "lost_deliveries", "digest.basis"),
}
"""How each table of the published file becomes that of the instant."""

NOW_LIMITED = "file_limited"
"""The catalog of what the published file has for limited rights, beside it."""


class KnownUntil:
    """`as_of`: the instant. What was folded for one published file is kept for the next one, which
    adds only what has come since; it is in a directory of this process and goes with this object,
    or in the `directory` that is given.
    """

    def __init__(
        self,
        as_of: datetime,
        progress: Progress = lambda: None,
        directory: Path | None = None,
    ) -> None:
        self._as_of = as_of
        self._progress = progress
        self._directory = directory or Path(owners_directory(self))
        self._numbers = count(1)
        self._made_with: dict[str, str] = {}
        self._store: Path | None = None

    def attach(
        self,
        db: DuckDBPyConnection,
        source: PublishedSource,
        into: str = "published",
        folded: str = "folded",
    ) -> None:
        """As `analytics.published_file.Attach`. `into`: the catalog of the views, `folded`: that of
        the leads folded again. Raises `NotReadable` for a file of another version: its leads cannot
        be folded here."""
        source.attach(db, "file")
        self.attach_beside(db, into, folded)

    def attach_beside(self, db: DuckDBPyConnection, into: str, folded: str) -> None:
        """As `attach`, where the file is attached already."""
        db.execute("use file")
        made_with = fingerprint_of(db)
        if made_with.get("schema_version") != str(SCHEMA_VERSION):
            raise NotReadable("the published file is of another version, wait until it is rebuilt")
        self._store = self._brought_up_to_date(db, made_with)
        self._made_with = made_with
        attach(db, self._store, folded)
        db.execute(rendered("as_of/views", into=into, folded=folded, as_of=self._as_of, **_VIEWS))
        make_views(db)

    def _brought_up_to_date(self, db: DuckDBPyConnection, made_with: dict[str, str]) -> Path:
        """Whoever reads what there was until now is left alone: the store becomes another file."""
        before = self._store if made_with == self._made_with else None
        goes_on, has_more = (False, True) if before is None else self._goes_on(db, before)
        if before is not None and goes_on and not has_more:
            return before
        path = self._directory / f"{next(self._numbers)}.duckdb"
        try:
            if before is not None and goes_on:
                shutil.copy(before, path)
            else:
                _make(path, made_with)
            self._fold(db, path)
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise NotReadable(f"{path} cannot be written: {error.strerror}") from error
            raise
        if self._store is not None:
            self._store.unlink()
        return path

    def _goes_on(self, db: DuckDBPyConnection, before: Path) -> tuple[bool, bool]:
        attach(db, before, "folded")
        ((goes_on, has_more),) = db.execute(
            statement("as_of/goes_on"), {"as_of": self._as_of}
        ).fetchall()
        db.execute("detach folded")
        return goes_on, has_more

    def _fold(self, db: DuckDBPyConnection, path: Path) -> None:
        attach(db, path, "folded", read_only=False)
        db.execute("use folded")
        with transaction(db):
            db.execute(statement("as_of/forget_relinked"))
            fold_again(db, self._as_of, self._progress)
        with transaction(db):
            db.execute(statement("as_of/relink_leads"))
        # A log beside the file would not be copied with it.
        db.execute("checkpoint folded")
        db.execute("use file")
        db.execute("detach folded")


def _make(path: Path, made_with: Mapping[str, str]) -> None:
    fingerprint = StoreFingerprint(made_with["timezone"], made_with["decoding"])
    db = open_store(path, fingerprint)
    db.execute(statement("as_of/tables"))
    db.close()
