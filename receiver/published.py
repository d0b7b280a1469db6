"""Where the settings say that digest publishes to."""

from analytics.lake.published_lake import PublishedLake
from analytics.published_file import PublishedFile, PublishedSource
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings


def published_source(settings: Settings) -> PublishedSource:
    file = DataDir(settings.data_dir).published
    return PublishedFile(file) if settings.lake is None else PublishedLake(settings.lake, file)
