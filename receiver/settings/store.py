"""Settings of the store as a lake: docs/scale.md."""

from analytics.lake.address import read_data, read_store
from receiver.settings import kinds
from receiver.settings.setting import Setting

STORE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "store",
        read_store,
        None,
        "where the store is, if not in data_dir: ducklake:postgres:host=… dbname=…",
        is_quoted=False,
    ),
    Setting("store_data", read_data, None, "its files: a directory, or s3://bucket/prefix"),
    Setting("store_password", kinds.text, None, "password of the lake's PostgreSQL", secret=True),
)
