"""When the last backup was made: noted in the data folder, wherever the backup itself is kept or was sent."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from .manifest import Manifest

NAME = "last-backup.json"
LATE = timedelta(days=2)  # one night may fail


@dataclass(frozen=True)
class Last:
    made_at: str
    folder: str
    size: int

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at).astimezone(UTC)


def note(folder: Path, manifest: Manifest) -> None:
    """After it was looked over. Raises OSError."""
    file = Path(settings.DATA_DIR) / NAME
    size = sum(size for size, _hash in manifest.files.values())
    new = file.with_suffix(".part")
    new.write_text(json.dumps(asdict(Last(manifest.made_at, str(folder), size))), encoding="utf-8")
    new.replace(file)


def last() -> Last | None:
    try:
        return Last(**json.loads((Path(settings.DATA_DIR) / NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def late_since() -> datetime | None:
    """The moment of the last backup, or of the installation's beginning, where that is too long ago; else None."""
    made = last()
    since = made.at if made else begun()
    return since if since and timezone.now() - since > LATE else None


def begun() -> datetime | None:
    first = MigrationRecorder.Migration.objects.order_by("applied").values_list("applied", flat=True).first()
    return first if isinstance(first, datetime) else None
