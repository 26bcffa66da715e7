"""Commands as scripts call them: output, exit status, and a clear line for bad input."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.installation import Installation

from .site import page, pdf, serve

pytestmark = pytest.mark.processes


def complaint(installation: Installation, *words: str) -> str:
    done = installation.manage(*words, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_scrape_says_what_is_wrong_and_ends_with_an_exit_code(installation):
    installation.manage("seed_brands")
    assert "Did you mean KRK Systems" in complaint(installation, "scrape", "KRK Sistems", "--inline")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("X", "--url", "ftp://x"), "no web address"),
        (("X", "--url", "http://127.0.0.1:9"), "cannot be reached"),
        (("X", "--url", "http://127.0.0.1:9", "--rate", "-1"), r"0 \(no limit\)"),
        (("X", "--url", "http://10.0.0.1"), "private network"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_scrape_names_what_is_wrong_with_an_address_or_a_rate(words, said, settings):
    settings.RETRY_SECONDS = (0.1, 0.1)
    settings.ALLOW_PRIVATE_HOSTS = "10.0.0.1" not in words[-1]
    with pytest.raises(CommandError, match=said):
        call_command("scrape", *words, "--inline")


def test_scrape_and_export_end_to_end(installation):
    with serve() as site:
        site.answers["/"] = page("Home", '<a href="/products/tone-300">T</a>')
        site.answers["/products/tone-300"] = page(
            "Tone 300", '<img src=a.png><img src=b.png><a href="/m.pdf">Owner\'s manual</a>'
        )
        site.answers["/m.pdf"] = pdf("Welcome", "Turn it on")
        done = installation.manage("scrape", "Tonewerk", "--url", site.base, "--inline", "--rate", "0")
        assert "Tonewerk: completed" in done.stdout
        records = [json.loads(line) for line in installation.manage("export_catalog", "Tonewerk").stdout.splitlines()]
    product = next(r for r in records if r["type"] == "product")
    assert product["name"] == "Tone 300" and product["documents"][0]["url"] == f"{site.base}/m.pdf"
    manual = next(r for r in records if r["type"] == "document" and r["kind"] == "manual")
    assert (manual["pages"], manual["products"]) == (2, ["Tone 300"])
    assert "There is no brand" in complaint(installation, "export_catalog", "Nobody")


def test_files_that_a_brand_sent_are_taken_in_and_bad_ones_named(installation, tmp_path):
    good, bad, cut = tmp_path / "Tone 300 - User Guide (1.2 MB).pdf", tmp_path / "letter.pdf", tmp_path / "cut.pdf"
    good.write_bytes(pdf("Welcome", "Turn it on")[2])
    bad.write_text("Dear customer")
    cut.write_bytes(pdf("x")[2][:200])
    told = complaint(
        installation,
        "import_documents",
        "--brand",
        "Tonewerk",
        str(good),
        str(bad),
        str(cut),
        str(tmp_path / "none.pdf"),
    )
    assert "letter.pdf: This is not a PDF" in told and "cut.pdf: The PDF is broken" in told and "3 could not" in told
    records = [json.loads(line) for line in installation.manage("export_catalog", "Tonewerk").stdout.splitlines()]
    product, document = records
    assert (product["name"], product["url"]) == ("Tone 300", "manual:tone-300")
    assert (document["title"], document["url"]) == ("Tone 300 - User Guide", f"file:{good.name}")
    assert (document["pages"], document["products"]) == (2, ["Tone 300"])


def test_pages_are_taken_in_line_by_line(installation, tmp_path):
    lines = tmp_path / "pages.jsonl"
    entry = {
        "url": "https://t.example.com/a",
        "title": "Tone 300",
        "brand": "tone_werk",
        "text": "A fine amplifier. " * 30,
    }
    lines.write_text(json.dumps(entry) + "\nnot json\n" + json.dumps({"url": "https://t.example.com/b"}) + "\n")
    told = complaint(installation, "import_documents", "--pages", str(lines))
    assert "line 2" in told and "line 3" in told
    records = [json.loads(line) for line in installation.manage("export_catalog", "Tone Werk").stdout.splitlines()]
    assert [r["title"] for r in records] == ["Tone 300"]


def test_import_asks_for_what_is_missing(installation):
    assert "Name PDF files" in complaint(installation, "import_documents")
    assert "--brand" in complaint(installation, "import_documents", "x.pdf")
