"""Which store the settings ask for."""

from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import LakeNotInstalled
from analytics.lake.fence import FenceLost
from receiver.data_dir import DataDir
from receiver.digest.stores.digest_store import DigestStore
from receiver.digest.stores.file_store import FileStore
from receiver.digest.stores.lake_store import LakeStore
from receiver.settings.settings import Settings

STORE_TROUBLES = (LakeUnreachable, LakeNotInstalled, FenceLost)
"""What a `Digest` may raise where the store is a lake; their texts are for people."""


def store_of(settings: Settings) -> DigestStore:
    if settings.lake is None:
        return FileStore(settings)
    return LakeStore(settings.lake, DataDir(settings.data_dir).upkeep_wanted)
