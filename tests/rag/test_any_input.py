"""Any text can be searched, and filters hold whatever is combined. A short form runs with the suite; the long one is

pytest tests/rag/test_any_input.py --hypothesis-profile=thorough --timeout=0
"""

from itertools import product as every

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Brand, Document, DocumentKind, Lifecycle, Product, ProductFamily
from rag.candidates import SEARCH, WHILE_TYPING
from rag.retrieve import Filters, highlight, retrieve, search
from rag.search import documents_of

from .manuals import build

if settings.get_current_profile_name() != "thorough":
    settings.load_profile("short")

LONGEST = 10_000  # characters
WORDS = """
    AND OR NOT NEAR NEAR( ) ( " "" ' * ^ : - + { } {title} : , ; -- /* \\ % _ ? & < > <i> ${x} {{x}} tremor Tremor-49
    tremor49 49 galil weight factory reset איפוס משקל לכמה הפדל רוקיט ו ה karmel audio manual בעברית
    \ufb01 \u2167 \u00bd \uff11\uff12 \u0130 \u00df e\u0301 \U0001f3b9 \ud7ff \U0010ffff
    """.split()
MARKS = [*"\u200f\u200e\u202e\u202b\u2066\u2069\ufeff\u05b0\u05f3\u05f4\u200d\u3000\x00\t\n"]
SIGNS = st.sampled_from([*WORDS, *MARKS])
TYPED = st.lists(SIGNS, max_size=12).map(" ".join) | st.lists(SIGNS, max_size=8).map("".join)
LONG = st.tuples(st.text(min_size=1, max_size=40) | TYPED, st.integers(1, 400)).map(
    lambda pair: ((pair[0] or "x") * pair[1])[:LONGEST]
)
TEXTS = st.text(max_size=300) | TYPED | LONG | st.tuples(TYPED, st.text(max_size=40)).map("".join)


@pytest.fixture
def library(db) -> Brand:
    return build()


@given(text=TEXTS)
def test_no_text_makes_a_search_fail(library, text):
    for effort in (WHILE_TYPING, SEARCH):
        found = search(text, effort=effort)
        for passage in found.passages:
            assert "".join(piece for piece, _ in highlight(passage.text, found.question, 10**6)) == passage.text
    retrieve(text)


@given(text=TEXTS, filters=st.fixed_dictionaries(dict.fromkeys(("brand", "kind", "language", "product"), TYPED)))
@settings(max_examples=25)
def test_no_address_makes_the_page_fail(library, text, filters):
    client = Client()
    for headers in ({}, {"HX-Request": "true"}):
        response = client.get("/search/", {"q": text, **filters}, headers=headers, follow=True)
        assert response.status_code == 200


def combinations() -> list[Filters]:
    """Every combination of one value or none of each filter, and values that contradict each other."""
    family, other = ProductFamily.objects.order_by("pk")
    brands = [None, *Brand.objects.order_by("pk")]
    products = [None, *Product.objects.order_by("pk")]
    kinds, languages = ["", DocumentKind.MANUAL, DocumentKind.PRODUCT_PAGE], ["", "en", "de"]
    lifecycles = ["", Lifecycle.CURRENT, Lifecycle.DISCONTINUED]
    return [Filters(*chosen) for chosen in every(brands, kinds, languages, [None, family, other], lifecycles, products)]


@pytest.fixture
def families(library) -> None:
    """Two products of two families, one of them discontinued, each with a manual."""
    keys = ProductFamily.objects.create(brand=library, name="Keys", slug="keys")
    monitors = ProductFamily.objects.create(brand=library, name="Monitors", slug="monitors")
    Product.objects.update(family=keys)
    old = Product.objects.create(
        brand=library, name="Tremor 25", slug="tremor-25", page_url="https://karmel.test/tremor-25", family=monitors,
        model_key="tremor25", lifecycle=Lifecycle.DISCONTINUED,
    )  # fmt: skip
    old.documents.add(Document.objects.get(title__startswith="Tremor 25"))


def allowed(filters: Filters) -> set[int]:
    """Documents that keep to the filters, found without the search."""
    products = Product.objects.all()
    for name, value in (("family", filters.family), ("lifecycle", filters.lifecycle)):
        products = products.filter(**{name: value}) if value else products
    documents = Document.objects.all()
    if filters.family or filters.lifecycle:
        documents = documents.filter(products__in=products)
    if filters.product:
        documents = documents.filter(pk__in=documents_of(filters.product))
    for name, wanted in (("brand", filters.brand), ("kind", filters.kind)):
        documents = documents.filter(**{name: wanted}) if wanted else documents
    return set(documents.values_list("pk", flat=True))


QUERIES = ["tremor 49 weight", "galil", "karmel audio manual", "25"]


@pytest.mark.parametrize("text", QUERIES)
def test_no_combination_of_filters_returns_what_it_excludes(families, text):
    for filters in combinations():
        found, within = search(text, filters=filters), allowed(filters)
        assert {one.document_id for one in found.passages} <= within, filters
        assert {one.pk for one in found.documents} <= within, filters
        assert all(one.language == found.filters.language for one in found.passages if found.filters.language), filters
        for one in (*found.products, *found.choices):
            assert not filters.brand or one.brand_id == filters.brand.pk, filters
            assert not filters.family or one.family_id == filters.family.pk, filters
            assert not filters.lifecycle or one.lifecycle == filters.lifecycle, filters
        assert not (found.products and (filters.kind or filters.language)), filters
        assert not filters.product or {one.pk for one in found.products} <= {filters.product.pk}, filters


@given(data=st.data(), text=TEXTS)
@settings(max_examples=30)
def test_no_text_escapes_a_filter(families, data, text):
    filters = data.draw(st.sampled_from(combinations()))
    found, within = search(text, filters=filters), allowed(filters)
    assert {one.document_id for one in found.passages} | {one.pk for one in found.documents} <= within
    assert not (found.products and (filters.kind or filters.language))
