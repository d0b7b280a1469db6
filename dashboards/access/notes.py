"""Notes in the audit that a reader was given personal data; nothing else notes who saw what."""

from dashboards.access.audit import Action
from dashboards.access.gate import audit


def note_shown(report: str, query: str, rows: int | None) -> None:
    audit(Action.SHOWN, report, query, rows)


def note_exported(report: str, query: str, rows: int | None) -> None:
    audit(Action.EXPORTED, report, query, rows)


def note_recording(lead_id: int) -> None:
    audit(Action.RECORDING, "recording", f"lead_id={lead_id}", 1)


def note_file_taken(name: str, version: str) -> None:
    audit(Action.FILE_TAKEN, name, f"version={version}")
