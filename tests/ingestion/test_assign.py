"""Manuals find the products that they cover, and make known those that have no page."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from catalog import links
from catalog.models import Brand, Document, DocumentPage, KnownFrom, LinkSource, Product, ProductDocument
from ingestion.assign import assign_documents
from ingestion.extract.records import ProductRecord
from ingestion.manual_names import names_in_file, names_in_folder, names_in_title
from ingestion.products import save_product
from ingestion.proposals import Clues, propose

from .site import pdf

TITLES = {
    "Tern 49 mk2 - User Guide - v1.2 (1.10 MB)": ["Tern 49 mk2"],
    "Tern 49 Editor User Guide (308.75 kB)": ["Tern 49"],
    "TN25/TN49/TN61 Owner's Manual": ["TN25", "TN49", "TN61"],
    "TN 25/49/61 User Guide": ["TN 25", "TN 49", "TN 61"],
    "GX-100 / GX-100CORE Reference Manual": ["GX-100", "GX-100CORE"],
    "Bedienungsanleitung Drift DR-2": ["Drift DR-2"],
    "מדריך למשתמש TN225": ["TN225"],
    "Manual for the Circuit Rails": ["Circuit Rails"],
    "Rail Stage 4 User Manual English v1.2x OS": ["Rail Stage 4"],
    "Microsoft Word - 8-22-768X-D - TN4000s Manual.doc": ["TN4000s"],
    "Ableton Setup Guide": [],
    "Owner's Manual": [],
    "Current Products": [],
    "English": [],
}
FILES = {
    "https://x.example/f/TN5000-QuickstartGuide-v1.0.pdf_9d812e4761ac415bc0717ef6e9ce887c.pdf": ["TN5000"],
    "https://x.example/f/tn_usb_quickstart_manual_reve_00.pdf": ["tn usb"],
    "https://x.example/f/GX-404MKII_reference_v4.04_eng01_W.pdf": ["GX-404MKII"],
    "file:Tern mini IV - Cubase Setup Guide - v1.1.pdf": ["Tern mini IV"],
    "https://x.example/f/manual.pdf": [],
}


@pytest.mark.parametrize("title", TITLES)
def test_a_title_names_models_and_nothing_else(title):
    assert names_in_title(title) == TITLES[title]


@pytest.mark.parametrize("address", FILES)
def test_so_does_a_file(address):
    assert names_in_file(address) == FILES[address]


def test_a_folder_may_be_called_after_a_model():
    assert names_in_folder("https://x.example/files/tern-mini/guide.pdf") == ["tern mini"]
    assert names_in_folder("https://x.example/attachments/guide.pdf") == []


def test_a_heading_that_is_only_a_group_loses_to_the_title_below():
    clues = Clues("Tern One User Guide", "https://x.example/f/tern_one.pdf", heading="Keyboards", text="the Tern One")
    proposal = propose(clues, brand="Rail")
    assert proposal is not None and proposal.names == ("Tern One",) and proposal.confidence > 0.8


def test_a_heading_that_the_text_confirms_names_the_model_of_a_guide_to_a_program():
    clues = Clues("Cubase Setup Guide", "https://x.example/f/a.pdf", heading="Tern mini IV", text="your Tern mini 4.")
    proposal = propose(clues)
    assert proposal is not None and proposal.names == ("Tern mini IV",)
    assert [clue for clue, _ in proposal.evidence] == ["heading", "text"]


@pytest.fixture
def brand(db):
    return Brand.objects.create(name="Rail Audio", slug="rail-audio")


def a_manual(brand: Brand, title: str, text: str = "", *, heading: str = "") -> Document:
    document = Document.objects.create(
        brand=brand, title=title, url=f"https://rail.example/{title.replace(' ', '_')}.pdf", kind="manual",
        state="stored", mime_type="application/pdf", clues={"heading": heading} if heading else {},
    )  # fmt: skip
    DocumentPage.objects.create(document=document, number=1, text=text)
    return document


def a_product(brand: Brand, name: str) -> Product:
    url = f"https://rail.example/products/{name.lower().replace(' ', '-')}"
    return save_product(brand=brand, url=url, record=ProductRecord(name=name))[0]


def covered(document: Document) -> list[str]:
    return sorted(document.products.values_list("name", flat=True))


def test_manuals_without_product_pages_make_their_products_known(brand):
    first, second = a_manual(brand, "TN25 User Guide", "The TN25"), a_manual(brand, "TN25 mk2 - User Guide", "TN25 mk2")
    third = a_manual(brand, "Cubase Setup Guide", "Set up your TN25 mk2", heading="TN25 mk2")
    assert assign_documents(brand) == 3
    assert [covered(each) for each in (first, second, third)] == [["TN25"], ["TN25 mk2"], ["TN25 mk2"]]
    product = Product.objects.get(name="TN25")
    assert (product.known_from, product.page_url) == (KnownFrom.MANUAL, "manual:tn25")
    third.refresh_from_db()
    assert third.title == "TN25 mk2 – Cubase Setup Guide"


def test_a_second_time_changes_nothing(brand):
    a_manual(brand, "TN25 User Guide", "The TN25")
    a_manual(brand, "Cubase Setup Guide", "Set up your TN25", heading="TN25")
    assign_documents(brand)
    before = list(ProductDocument.objects.values())
    assert assign_documents(brand) == 0
    assert list(ProductDocument.objects.values()) == before


def test_a_manual_for_several_models_belongs_to_each(brand):
    a_product(brand, "TN25")
    manual = a_manual(brand, "TN25/TN49 Owner's Manual", "TN25 and TN49")
    assign_documents(brand)
    assert covered(manual) == ["TN25", "TN49"]


def test_siblings_and_revisions_are_told_apart(brand):
    for name in ("TN25", "TN49", "TN49 mk2"):
        a_product(brand, name)
    manuals = [a_manual(brand, f"{name} Owner's Manual", "TN25 TN49") for name in ("TN49", "TN49 MkII", "TN61")]
    assign_documents(brand)
    assert [covered(each) for each in manuals] == [["TN49"], ["TN49 mk2"], ["TN61"]]


def test_a_series_is_no_product_where_the_text_means_one_of_its_models(brand):
    a_manual(brand, "Breath USB hardware Quickstart Guide", "Connect the Breath USB. The Breath USB is on.")
    software = a_manual(brand, "Breath Software Quick Start Guide", "Set up the Breath USB. The Breath USB is on.")
    assign_documents(brand)
    assert covered(software) == ["Breath USB"]
    assert not Product.objects.filter(name="Breath").exists()


def test_the_page_that_is_found_later_takes_the_product_over(brand):
    manual = a_manual(brand, "TN25 User Guide", "The TN25")
    assign_documents(brand)
    known = Product.objects.get()
    page = a_product(brand, "TN 25")
    assert page.pk == known.pk and page.known_from == KnownFrom.PAGE and page.page_url.startswith("https://")
    assign_documents(brand)
    assert covered(manual) == ["TN 25"] and Product.objects.count() == 1


def test_so_does_one_that_calls_it_by_more_words_and_the_old_address_leads_there(brand, client: Client):
    manual = a_manual(brand, "Tern mini User Guide", "The Tern mini")
    assign_documents(brand)
    known = Product.objects.get()
    page = a_product(brand, "Rail Audio Tern mini Pad Controller")
    assign_documents(brand)
    assert covered(manual) == [page.name]
    response = client.get(known.get_absolute_url())
    assert response.status_code == 302 and response["Location"] == page.get_absolute_url()


def test_what_staff_decided_stays(brand):
    wrong, right = a_product(brand, "TN25"), a_product(brand, "TN49")
    moved, taken = a_manual(brand, "TN25 Owner's Manual", "TN25"), a_manual(brand, "TN25 Quick Start", "TN25")
    links.accept(right, moved)
    links.reject(wrong, taken, user=User.objects.create_user("dana"))
    assign_documents(brand)
    assert covered(moved) == ["TN49"] and covered(taken) == []


def test_each_link_says_how_sure_it_is_and_why(brand):
    manual = a_manual(brand, "TN25 User Guide", "The TN25")
    assign_documents(brand)
    link = ProductDocument.objects.get(document=manual)
    assert link.source == LinkSource.DOCUMENT and 0.9 < link.confidence < 1
    assert {clue for clue, _ in link.evidence} == {"title", "file", "text"}


def test_a_folder_of_files_is_enough(db, tmp_path: Path):
    for name, text in {"TN25_User_Guide.pdf": "The TN25", "tn25_mk2_quickstart_00.pdf": "Your TN25 mk2"}.items():
        (tmp_path / name).write_bytes(pdf(text)[2])
    call_command("import_documents", *map(str, sorted(tmp_path.iterdir())), "--brand", "Rail", verbosity=0)
    products = {product.name: product.documents.get().kind for product in Product.objects.all()}
    assert products == {"TN25": "manual", "tn25 mk2": "quick_start"}
