"""Stored files in a bucket of S3-compatible storage, which all hosts share.

Whatever goes wrong is an OSError, as with a folder: callers need not know where files are.
"""

import contextlib
import errno
from collections.abc import Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3File, S3Storage

CONNECT_SECONDS, READ_SECONDS = 5, 20


class BucketError(OSError):
    """The storage does not answer, or refuses."""

    errno = errno.EIO


@contextlib.contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as problem:
        raise BucketError(f"The bucket {settings.S3_BUCKET} cannot be used: {problem}") from problem


class StoredFile(S3File):
    """Read when it is first asked for; a large one goes to a temporary file, not into memory."""

    def _get_file(self) -> Any:
        with told():
            return super()._get_file()

    file = property(_get_file, S3File._set_file)


class Bucket(S3Storage):
    """Private files, under the names that they would have in a folder."""

    def __init__(self, **options: Any) -> None:
        ours: dict[str, Any] = {
            "bucket_name": settings.S3_BUCKET,
            "endpoint_url": settings.S3_URL or None,
            "region_name": settings.S3_REGION,
            "access_key": settings.S3_KEY,
            "secret_key": settings.S3_SECRET,
            "default_acl": None,
            "file_overwrite": False,
            "max_memory_size": 2_000_000,  # bytes
            "client_config": Config(
                s3={"addressing_style": "path" if settings.S3_URL else "auto"},
                signature_version="s3v4",
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        }
        super().__init__(**ours | options)

    def _open(self, name: str, mode: str = "rb") -> StoredFile:
        with told():
            try:
                return StoredFile(self._normalize_name(name), mode, self)
            except ClientError as problem:
                if problem.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    raise FileNotFoundError(f"There is no file {name}.") from problem
                raise

    def _save(self, name: str, content: Any) -> str:
        with told():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with told():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with told():
            super().delete(name)

    def size(self, name: str) -> int:
        with told():
            return int(super().size(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with told():
            folders, files = super().listdir(path)
        return folders, files

    def get_modified_time(self, name: str) -> Any:
        with told():
            return super().get_modified_time(name)
