"""Stored files for those who need a path: where storage is elsewhere, a copy for as long as it is needed."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.db.models.fields.files import FieldFile


@contextlib.contextmanager
def local_copy(stored: FieldFile) -> Iterator[Path]:
    """Raises FileNotFoundError where it is gone, OSError where the storage does not answer."""
    try:
        path = Path(stored.path)
    except NotImplementedError:
        with tempfile.NamedTemporaryFile(suffix=PurePosixPath(stored.name or "").suffix) as copy:
            with stored.storage.open(stored.name or "") as content:
                for block in content.chunks():
                    copy.write(block)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise FileNotFoundError("The stored file is gone.")
    yield path
