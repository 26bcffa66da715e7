"""The installation's own secret key, made by chance on its first start and kept in its data folder."""

import os
import secrets
from pathlib import Path


def own_key(folder: Path) -> str:
    """The key in `folder`, created where there is none, readable by its owner alone. Raises OSError.

    Web, clusters and commands must sign with the same key, or they can't read each other's tasks.
    """
    file = folder / "secret-key.txt"
    try:
        # Whoever comes first writes it; O_EXCL tells everybody else that it is there.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(60))
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii").strip()
