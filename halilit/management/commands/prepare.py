"""`manage.py prepare`: everything that must be there before the site starts. Harmless when run again."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from catalog.services import get_or_create_brand
from ingestion.errors import RunRefused
from ingestion.services import start_run

STAFF = "staff"


class Command(BaseCommand):
    help = "Migrate, create brands and a staff account, collect static files, and queue the demo brand's scrape."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo-url", default="", help="address of the demo site (see demo_site)")
        parser.add_argument("--address", default="", help="the site's address, for the message at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("seed_brands")
        call_command("seed_synonyms")
        if not settings.DEBUG and static_is_stale():
            call_command("collectstatic", interactive=False, verbosity=0)
        password = staff_password()
        if options["demo_url"]:
            self.demo(options["demo_url"])
        if options["address"]:
            self.stdout.write(
                f"\n  Support centre   {options['address']}\n"
                f"  Staff            {options['address']}/staff/  user {STAFF}, password {password}\n"
                f"\n  It answers in a few seconds. Ctrl+C stops it; what was read stays in {settings.DATA_DIR}.\n"
            )

    def demo(self, url: str) -> None:
        from halilit.demo import BRAND

        brand = get_or_create_brand(BRAND, website=url)
        if brand.requests_per_second or brand.website != url:
            brand.website, brand.requests_per_second = url, 0
            brand.save()
        if not brand.documents.exists():
            try:
                start_run(brand)
                self.stdout.write(f"The site of {brand}, an invented brand, is read now: about half a minute.")
            except RunRefused as refusal:
                self.stdout.write(f"The demo is not read: {refusal}")


def static_is_stale() -> bool:
    """Whether any source is newer than what was collected. Collecting compresses, which takes a quarter of a minute."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    sources = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list(None))
    return any(source.stat().st_mtime > collected for source in sources)


def password_file() -> Path:
    return Path(settings.DATA_DIR) / "staff-password.txt"


def staff_password() -> str:
    """The password of the first staff account: made by chance once, and kept in the data folder for its owner alone."""
    file = password_file()
    users = get_user_model().objects
    if not users.filter(is_staff=True).exists():
        password = secrets.token_urlsafe(9)
        file.touch(mode=0o600)
        file.write_text(password + "\n", encoding="utf-8")
        users.create_superuser(STAFF, email="", password=password)
    return file.read_text(encoding="utf-8").strip() if file.exists() else "as you set it"
