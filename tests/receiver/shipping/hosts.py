"""Hosts of tests: each with an inbox of its own, and PostgreSQL between them."""

from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from analytics.published_file import Published, PublishedFile
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from receiver.shipping.rounds import ShipperRounds, TakerRounds
from tests.receiver.deliveries import call, put

Row = tuple[object, ...]


@dataclass
class Hosts:
    """`database`: a connection string."""

    root: Path
    database: str
    kept: int = 3
    numbers: dict[str, int] = field(default_factory=dict)

    def settings(self, name: str, place: str | None = None) -> Settings:
        """Of a host that ships, or of `center`, which takes. `place`: its directory, if another."""
        role = "take" if name == "center" else "ship"
        return Settings.load(
            {
                "CALLTOUCH_DATA_DIR": str(self.root / (place or name)),
                "CALLTOUCH_PARCELS": self.database,
                "CALLTOUCH_PARCELS_ROLE": role,
                "CALLTOUCH_PARCELS_KEPT": str(self.kept),
                "CALLTOUCH_HOST_NAME": name,
            }
        )

    def place(self, name: str) -> DataDir:
        return DataDir(self.root / name)

    def receive(self, name: str, *lead_ids: int, place: str | None = None) -> None:
        settings = self.settings(name, place)
        settings.data_dir.mkdir(exist_ok=True)
        put(settings, [call(lead_id) for lead_id in lead_ids])

    def ship(self, name: str, place: str | None = None) -> int:
        return ShipperRounds(self.settings(name, place)).ship_all()

    def take(self, place: str | None = None) -> int:
        settings = self.settings("center", place)
        settings.data_dir.mkdir(exist_ok=True)
        return TakerRounds(settings).take_all()

    def digest(self, place: str | None = None) -> None:
        Digest(self.settings("center", place)).finish()

    def deliveries(self, place: str | None = None) -> list[Row]:
        """Ids of the deliveries that are published, and of their leads."""
        file = self.settings("center", place).data_dir / "calltouch.duckdb"
        published = Published(PublishedFile(file))
        with published.reading() as db:
            return db.execute(
                "select delivery_id, lead_id, received_at from deliveries order by delivery_id"
            ).fetchall()

    def lead_ids(self, place: str | None = None) -> list[object]:
        return [row[1] for row in self.deliveries(place)]

    def ask(self, question: str) -> list[Row]:
        with psycopg.connect(self.database, autocommit=True) as db:
            return db.execute(question.encode()).fetchall()

    def change(self, order: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as db:
            db.execute(order.encode())
