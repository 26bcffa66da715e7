"""`manage.py seed_brands`: the brands that Halilit distributes."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from catalog.models import Brand
from catalog.slugs import brand_slug

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "brands.json"
FIELDS = {
    "website": "website_url",
    "distributor_url": "distributor_url",
    "priority": "priority",
    "primary_color": "primary_color",
    "secondary_color": "secondary_color",
}


class Command(BaseCommand):
    help = (
        "Create the distributed brands. May be run again: what staff changed stays, what is new in the list is added."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        entries = json.loads(FIXTURE.read_text(encoding="utf-8"))
        created = sum(seed(entry) for entry in entries)
        self.stdout.write(f"{len(entries)} brands, {created} of them new.")


def seed(entry: dict[str, Any]) -> bool:
    """Create one brand, or update those fields that still hold what was seeded last. Returns whether it is new."""
    values = {field: entry[key] if entry[key] is not None else "" for field, key in FIELDS.items()}
    brand, created = Brand.objects.get_or_create(
        name=entry["name"], defaults={**values, "slug": brand_slug(entry["name"]), "seeded": values}
    )
    if not created and brand.seeded != values:
        for field, value in values.items():
            if getattr(brand, field) == brand.seeded.get(field, getattr(brand, field)):
                setattr(brand, field, value)
        brand.seeded = values
        brand.save()
    return created
