"""Where the settings say that digest publishes to."""

from analytics.published_file import PublishedFile, PublishedSource
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings


def published_source(settings: Settings) -> PublishedSource:
    return PublishedFile(DataDir(settings.data_dir).published)
