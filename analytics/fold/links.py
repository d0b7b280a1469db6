"""How long ago the client's previous lead was: columns of a lead that others change as well."""

from duckdb import DuckDBPyConnection

from analytics.fold.stored import Progress
from analytics.statements import rendered, statement
from analytics.store import checkpoint, transaction


def write_leads(db: DuckDBPyConnection) -> None:
    """The leads of `folded`, linked, and those that come next after them."""
    db.execute(statement("fold/place_leads"))
    ((moved,),) = db.execute(statement("fold/moved")).fetchall()
    # Most deliveries say nothing new of client and time.
    db.execute(statement("fold/link_placed_leads" if moved else "fold/keep_links"))
    db.execute(statement("fold/write_leads"))


def link_leads(db: DuckDBPyConnection, progress: Progress = lambda: None) -> None:
    """All leads of a store, a month at a time."""
    db.execute(statement("fold/link_all_leads"))
    months = db.execute(statement("fold/months")).fetchall()
    for first, last in months:
        progress()
        with transaction(db):
            db.execute(rendered("fold/write_links", first=first, last=last))
        # The next month may be written where this one was.
        checkpoint(db)
    db.execute("drop table links")
