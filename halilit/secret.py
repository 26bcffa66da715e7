"""The installation's own secret key, made by chance on its first start and kept in its data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def own_key(folder: Path) -> str:
    """The key in `folder`, created where there is none, readable by its owner alone. Raises OSError.

    Web, clusters and commands must sign with the same key, or they can't read each other's tasks.
    """
    file = folder / "secret-key.txt"
    if not file.exists():
        with NamedTemporaryFile("w", dir=folder, encoding="ascii") as new:
            new.write(secrets.token_urlsafe(60))
            new.flush()
            # Under its name it is whole from the beginning, and whoever comes second leaves it as it is.
            with suppress(FileExistsError):
                os.link(new.name, file)
    return file.read_text(encoding="ascii").strip()
