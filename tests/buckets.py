"""A server of S3-compatible storage on this machine, for tests of what several hosts share."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3

from .installation import Installation, answers, end_group, free_port, wait_until

NAME, KEY, SECRET = "halilit-files", "key-of-the-test", "secret-of-the-test"


def variables(url: str) -> dict[str, str]:
    """What a host's environment says for the bucket at this address."""
    return {
        "HALILIT_S3_BUCKET": NAME,
        "HALILIT_S3_URL": url,
        "HALILIT_S3_KEY": KEY,
        "HALILIT_S3_SECRET": SECRET,
        "SECRET_KEY": "the-same-for-all-hosts-of-a-test-0123456789-0123456789",
    }


@contextlib.contextmanager
def bucket(folder: Path, address: str = "127.0.0.1") -> Iterator[str]:
    """A server with an empty bucket; yields its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    server, port = Installation(folder), free_port()
    url = f"http://{address}:{port}"
    process = server.start(sys.executable, "-m", "moto.server", "-H", address, "-p", str(port))
    try:
        wait_until(lambda: answers(f"{url}/moto-api/"), 180, "the storage answers")
        client(url).create_bucket(Bucket=NAME)
        yield url
    finally:
        end_group(process)


def client(url: str):
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
