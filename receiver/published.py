"""Where the settings say that digest publishes to."""

from importlib import import_module

from analytics.published_file import PublishedFile, PublishedSource
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings


def published_source(settings: Settings) -> PublishedSource:
    file = DataDir(settings.data_dir).published
    if settings.lake is None:
        return PublishedFile(file)
    # What reads a lake takes some 30 MB, which nobody needs who has a file.
    module = import_module("analytics.lake.published_lake")
    lake: PublishedSource = module.PublishedLake(settings.lake, file)
    return lake
