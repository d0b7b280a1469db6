"""What cannot be done yet where the store is a lake, and what to do instead: the one register."""

from receiver.data_dir import DataDir
from receiver.settings.settings import Settings, SettingsError

_ELSEWHERE = "bring the store back into a file (calltouch migrate --to file), do it there"
REFUSED = {
    "erase": f"{_ELSEWHERE}, and migrate again",
    "prune": f"{_ELSEWHERE}, and migrate again",
    "backup": "copy archive, inbox and state as files, and the catalogue with pg_dump",
    "restore": "restore into a data directory without CALLTOUCH_STORE, then calltouch migrate",
    "flow": "run flows where the store is a file",
}
"""By the command's name."""

_SETTINGS = {
    "keep_raw_days": "prune",
    "keep_persons_days": "prune",
    "keep_transcripts_days": "prune",
    "keep_recordings_days": "prune",
    "keep_addresses_days": "prune",
    "keep_audit_days": "prune",
    "backup_at": "backup",
}
"""Settings that would have `serve` do what is refused."""


def refusal(command: str) -> str:
    return f"`{command}` does not work on a lake yet (CALLTOUCH_STORE): {REFUSED[command]}"


def check_settings(settings: Settings) -> None:
    """Raises `SettingsError`."""
    if settings.lake is None:
        return
    for name, command in _SETTINGS.items():
        if getattr(settings, name):
            raise SettingsError(f"{name} is set, but {refusal(command)}")
    place = DataDir(settings.data_dir)
    if any(place.orders.glob("order-*.json")):
        raise SettingsError(f"somebody is to be erased, but {refusal('erase')}")
    if place.flows_store.exists():
        raise SettingsError(f"there are flows, but {refusal('flow')}")
