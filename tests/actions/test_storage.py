"""The same promises of a folder and of a bucket on a real server that speaks S3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.storage import Storage, StorageError, open_storage

KEYS = {"key": "shop", "secret": "shop-secret", "region": "eu-west-1"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with one bucket, ``shop-files``."""
    import boto3
    from moto.server import ThreadedMotoServer

    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=address, aws_access_key_id=KEYS["key"],
                          aws_secret_access_key=KEYS["secret"], region_name=KEYS["region"])  # fmt: skip
    client.create_bucket(Bucket="shop-files", CreateBucketConfiguration={"LocationConstraint": KEYS["region"]})
    yield address
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(str(tmp_path / "files"))
    return open_storage("s3://shop-files/customers", endpoint=request.getfixturevalue("s3"), **KEYS)


async def test_what_was_stored_is_there_until_it_is_deleted(storage: Storage):
    await storage.put("ab/abc", b"bytes", "image/png")
    assert await storage.get("ab/abc") == b"bytes"
    await storage.put("ab/abc", b"others", "image/png")
    assert await storage.get("ab/abc") == b"others"
    await storage.delete("ab/abc")
    assert await storage.get("ab/abc") is None


async def test_the_names_of_a_folder_are_told_in_order(storage: Storage):
    for name in ("list/b.json", "list/a.json", "other/c.json"):
        await storage.put(name, b"x", "application/json")
    assert await storage.names("list") == ["list/a.json", "list/b.json"] and await storage.names("none") == []


async def test_deleting_what_is_not_there_does_no_harm(storage: Storage):
    await storage.delete("no/thing")
    assert await storage.get("no/thing") is None


async def test_a_bucket_that_cannot_be_reached_is_said_to_be_so():
    nowhere = open_storage("s3://shop-files", endpoint="http://127.0.0.1:9", **KEYS)
    with pytest.raises(StorageError):
        await nowhere.put("ab/abc", b"bytes", "image/png")


@pytest.mark.fast
def test_a_folder_is_for_its_owner_alone(tmp_path: Path):
    open_storage(str(tmp_path / "files"))
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


@pytest.mark.fast
@pytest.mark.parametrize("place", ["ftp://host/path", "s3://"])
def test_any_other_place_is_refused(place: str):
    with pytest.raises(ValueError, match="neither a folder"):
        open_storage(place)
