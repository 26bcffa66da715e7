"""Makes the demo in a new installation: brands, an account, what the invented brand's site says. Runs in its process."""

import json
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command

from catalog.models import Document
from halilit.demo.server import running_site

from . import awkward as hard


def make(facts: str, *, awkward: bool, **account: str) -> None:
    """Writes to the file `facts` which document the manual is, and what tests.face.awkward made, where it was asked to."""
    for command in ("seed_brands", "seed_synonyms"):
        call_command(command, verbosity=0)
    User.objects.create_superuser(**account)
    with running_site() as url:
        call_command("scrape", "Lumenhall", url=url, inline=True, rate=0.0)
    manual = Document.objects.filter(kind="manual", file__gt="", title__contains="K-Series").first()
    assert manual
    told = {"places": hard.made(manual.pk), "refusals": hard.refusals()} if awkward else {}
    Path(facts).write_text(json.dumps({"manual": manual.pk, **told}))
