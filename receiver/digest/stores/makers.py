"""Which store the settings ask for."""

from receiver.data_dir import DataDir
from receiver.digest.stores.digest_store import DigestStore
from receiver.digest.stores.file_store import FileStore
from receiver.digest.stores.lake_store import LakeStore
from receiver.settings.settings import Settings


def store_of(settings: Settings) -> DigestStore:
    if settings.lake is None:
        return FileStore(settings)
    return LakeStore(settings.lake, DataDir(settings.data_dir).upkeep_wanted)
