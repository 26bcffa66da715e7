"""Invented manuals to search: siblings, five languages in one file, a specification table, product pages."""

from typing import Any

from catalog.models import Brand, Document, DocumentKind, DocumentPage, DocumentState, Product
from rag.answer import ask, produce
from rag.index import index_documents
from rag.models import Answer

TREMOR_GUIDE = [
    "Tremor 25 User Guide\nEnglish ( 2 )\nDeutsch ( 3 )\nEspañol ( 4 )",
    "Introduction\nThank you for buying the Tremor 25 from Karmel Audio.\n"
    "Restoring the Factory Settings\n1. Turn the Tremor 25 off.\n2. Hold the Shift and Bank buttons and turn it on.\n"
    "3. Release the buttons when the display reads INIT. All of your own programs are erased.\n"
    "Arpeggiator\nTo make the arpeggiator follow your software, set the Clock to External in the Global Menu.",
    "Einführung\nVielen Dank für den Kauf des Tremor 25 von Karmel Audio.\n"
    "Werkseinstellungen wiederherstellen\nHalten Sie die Tasten Shift und Bank gedrückt und schalten Sie das Gerät ein, "
    "um die Werkseinstellungen zu laden. Lassen Sie die Tasten los, wenn das Display INIT zeigt.",
    "Introducción\nGracias por comprar el Tremor 25 de Karmel Audio.\n"
    "Ajustes de fábrica\nMantenga pulsados los botones Shift y Bank y encienda el aparato para cargar los ajustes de "
    "fábrica. Suelte los botones cuando la pantalla muestre INIT.",
    "Technical Specifications\nKeys 25 velocity-sensitive keys\nPads 8 backlit pads\nPower USB bus\nWeight 1.2 kg",
]
TREMOR_49_GUIDE = [
    "Tremor 49 User Guide",
    "Restoring the Factory Settings\nHold the Octave buttons of the Tremor 49 while you turn it on, and release them "
    "when the factory settings are restored.",
    "Technical Specifications\nKeys 49 velocity-sensitive keys\nPads 16 backlit pads\nPower adapter 12 VDC\nWeight 3.4 kg",
]
PAGES = {
    "https://karmel.test/products/galil-8-gen-2": (
        "Galil 8 Generation 2 Studio Monitor",
        "# Galil 8 Generation 2 Studio Monitor\nA monitor for small rooms.\n## Specifications\n"
        "Low frequency driver: 8 inch woven cone\nFrequency response: 36 Hz - 36 kHz\nPower output: 203 W\n"
        "Fuse: T2A L 250 V\nWeight: 10.2 kg\n## In the box\n- Power cord\n- Foam pads",
    ),
    "https://karmel.test/products/galil-8-gen-1": (
        "Galil 8 Generation 1 Studio Monitor",
        "# Galil 8 Generation 1 Studio Monitor\nThe first of its kind.\n## Specifications\nPower output: 110 W\n"
        "Fuse: T1A L 250 V\nWeight: 9.1 kg",
    ),
    "https://karmel.test/products/galil-5-gen-2": (
        "Galil 5 Generation 2 Studio Monitor",
        "# Galil 5 Generation 2 Studio Monitor\nA small monitor.\n## Specifications\nPower output: 55 W\nWeight: 4.8 kg",
    ),
    "https://karmel.test/support": (
        "Support",
        "# Support\nEvery repair under warranty is handled by the distributor of the country where you bought it.",
    ),
}


def build() -> Brand:
    """Stores and indexes everything; returns the brand."""
    brand = Brand.objects.create(name="Karmel Audio", slug="karmel-audio")
    other = Brand.objects.create(name="Arava", slug="arava")
    documents = [
        add(brand, "file:Tremor_25_-_User_Guide.pdf", "Tremor 25 - User Guide", TREMOR_GUIDE),
        add(brand, "file:Tremor_49_-_User_Guide.pdf", "Tremor 49 - User Guide", TREMOR_49_GUIDE),
        *(add(brand, url, title, [text]) for url, (title, text) in PAGES.items()),
        add(
            other,
            "https://arava.test/pedal",
            "Volcano Expression Pedal",
            ["# Volcano Expression Pedal\nSet the switch to Other when the expression values of your keyboard jump."],
        ),
    ]
    product = Product.objects.create(
        brand=brand, name="Tremor 49", slug="tremor-49", page_url="https://karmel.test/tremor-49", model_key="tremor49"
    )
    documents[1].products.add(product)
    index_documents([document.pk for document in documents])
    return brand


def add(brand: Brand, url: str, title: str, pages: list[str], **fields: object) -> Document:
    is_file = url.startswith("file:")
    document = Document.objects.create(
        brand=brand,
        url=url,
        title=title,
        state=DocumentState.STORED,
        kind=DocumentKind.MANUAL if is_file else DocumentKind.PRODUCT_PAGE,
        mime_type="application/pdf" if is_file else "text/html",
        page_count=len(pages),
        **fields,
    )
    DocumentPage.objects.bulk_create(
        DocumentPage(document=document, number=number, text=text) for number, text in enumerate(pages, 1)
    )
    return document


def asked_and_answered(question: str, **more: Any) -> Answer:
    answer = ask(question, **more)
    produce(answer)
    return answer
