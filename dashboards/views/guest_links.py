"""Links that show a page with its filters to guests, who have no user here: kept in `state.sqlite`,
of the secret only its hash. What a link shows is fixed when it is made."""

from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from dashboards.access.people import find_user
from dashboards.access.roles import SHARING, Reader, Role
from dashboards.access.state import NotDone, written
from dashboards.access.tokens import digest_of, new_secret

LONGEST_NOTE = 200
MOST_DAYS = 366
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class GuestLink:
    """`name`: of the view that it is of, if it is of one. `allows_period`: other days may be
    chosen; `allows_files`: the page may be taken along as XLSX. `ended_by`: "revoked" or "maker",
    who is gone or may no longer share."""

    link_id: int
    maker: str
    page: str
    query: str
    name: str
    note: str
    allows_period: bool
    allows_files: bool
    created_at: datetime
    ends_at: datetime
    ended_by: str | None = None
    openings: int = 0
    last_opened_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.ended_by is None and now < self.ends_at

    @property
    def reader_name(self) -> str:
        """In the audit; no user may be called so."""
        return f"guest {self.link_id}"


def make_link(db: Connection, link: GuestLink) -> tuple[int, str]:
    """Its id, and its secret, which cannot be had again later."""
    secret = new_secret()
    ((link_id,),) = db.execute(
        "insert into guest_links (secret_sha256, maker, page, query, name, note, allows_period, "
        "allows_files, created_at, ends_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "returning link_id",
        [
            digest_of(secret),
            link.maker,
            link.page,
            link.query,
            link.name,
            link.note,
            link.allows_period,
            link.allows_files,
            written(link.created_at),
            written(link.ends_at),
        ],
    ).fetchall()
    return int(link_id), secret


def list_links(db: Connection, maker: str | None = None) -> list[GuestLink]:
    """Newest first. None: of everybody."""
    rows = db.execute(
        "select link_id, maker, page, query, name, note, allows_period, allows_files, created_at, "
        "ends_at, ended_by, openings, last_opened_at from guest_links "
        "where ? is null or maker = ? order by link_id desc",
        [maker, maker],
    ).fetchall()
    return [_link(*row) for row in rows]


def open_link(db: Connection, now: datetime, secret: str) -> tuple[GuestLink, Reader] | None:
    """The link, and as whom its guest reads: as a viewer, with the limits that its maker has now.
    None where it shows nothing."""
    row = db.execute(
        "select link_id, maker, page, query, name, note, allows_period, allows_files, created_at, "
        "ends_at, ended_by, openings, last_opened_at from guest_links where secret_sha256 = ?",
        [digest_of(secret)],
    ).fetchone()
    link = row and _link(*row)
    if link is None or not link.is_open(now):
        return None
    reader = recipient_of(db, link.maker, link.reader_name)
    return None if reader is None else (link, reader)


def recipient_of(db: Connection, maker: str, name: str) -> Reader | None:
    """Who reads what this user shares; None where they may no longer share."""
    user = find_user(db, maker)
    if user is None or user.role not in SHARING:
        return None
    # Like a program, a guest keeps nothing here.
    return replace(user.reader, name=name, role=Role.VIEWER, is_token=True)


def count_opening(db: Connection, now: datetime, link: GuestLink) -> None:
    db.execute(
        "update guest_links set openings = openings + 1, last_opened_at = ? where link_id = ?",
        [written(now), link.link_id],
    )


def revoke_link(db: Connection, link_id: int, maker: str | None = None) -> None:
    """`maker`: only one of theirs. Raises `NotDone`."""
    revoked = db.execute(
        "update guest_links set ended_by = 'revoked' "
        "where link_id = ? and ended_by is null and (? is null or maker = ?)",
        [link_id, maker, maker],
    )
    if not revoked.rowcount:
        raise NotDone(f"no guest link {link_id} that still works; see `calltouch guest list`")


def _link(
    link_id: int,
    maker: str,
    page: str,
    query: str,
    name: str,
    note: str,
    allows_period: int,
    allows_files: int,
    *moments_and_openings: str | int | None,
) -> GuestLink:
    created_at, ends_at, ended_by, openings, last = moments_and_openings
    return GuestLink(
        link_id,
        maker,
        page,
        query,
        name,
        note,
        bool(allows_period),
        bool(allows_files),
        datetime.fromisoformat(f"{created_at}"),
        datetime.fromisoformat(f"{ends_at}"),
        None if ended_by is None else f"{ended_by}",
        int(openings or 0),
        None if last is None else datetime.fromisoformat(f"{last}"),
    )
