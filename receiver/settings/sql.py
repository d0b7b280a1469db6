"""Settings of the SQL that readers write themselves."""

from receiver.settings import kinds
from receiver.settings.setting import Setting

SQL_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "sql_seconds",
        kinds.whole_number(0, 600),
        30,
        "seconds that a reader's own SQL may take; 0: nobody runs any",
    ),
    Setting("sql_rows", kinds.whole_number(1, 1_000_000), 100_000, "rows of its answer"),
    Setting("sql_memory", kinds.whole_number(64, 65_536), 512, "megabytes that it may take"),
)
