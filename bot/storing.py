"""Where files lie that are no rows: a folder or a bucket."""

from __future__ import annotations

from actions.storage import Storage, open_storage
from bot.settings import Settings


def storage_of(settings: Settings) -> Storage:
    """This shop's storage. Raises ValueError for a place that cannot be used."""
    return open_storage(settings.attachments_place, endpoint=settings.s3_endpoint, key=settings.s3_key,
                        secret=settings.s3_secret, region=settings.s3_region)  # fmt: skip
