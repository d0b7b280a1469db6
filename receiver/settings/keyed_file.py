"""Settings of the file without persons."""

from receiver.settings import kinds
from receiver.settings.setting import Setting

KEYED_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "keyed_seconds",
        kinds.whole_number(0, 604_800),
        3600,
        "seconds between two makings of calltouch-keyed.duckdb by serve; 0: it is not made",
    ),
    Setting("keyed_mode", kinds.read_mode, 0o440, "file mode of calltouch-keyed.duckdb, as above"),
    Setting("keyed_group", kinds.group, None, "group of calltouch-keyed.duckdb"),
)
