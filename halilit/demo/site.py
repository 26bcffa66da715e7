"""The pages of the invented brand's website: what each address answers, before any network."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from . import manuals, pictures
from .content import Content, DemoProduct, Manual, load

HERE = Path(__file__).resolve().parent
# Stands in the pages wherever an absolute address is needed; the server puts its own address there.
ORIGIN = "https://www.lumenhall.example"
HTML = "text/html; charset=utf-8"
EVENT_TOWNS = ("Haifa", "Leipzig", "Bergen", "Porto", "Ghent", "Tartu", "Galway")


@dataclass
class Resource:
    """What one path answers. The body is made when it is asked for first, and kept."""

    make: Callable[[], bytes] = bytes
    content_type: str = HTML
    status: int = 200
    location: str = ""

    @cached_property
    def body(self) -> bytes:
        return self.make()


@dataclass
class Site:
    """All resources by path, and the listing that never ends."""

    content: Content = field(default_factory=load)

    @cached_property
    def engine(self) -> Engine:
        return Engine(dirs=[str(HERE / "templates")], builtins=["django.templatetags.static"])

    def render(self, template: str, **values: Any) -> bytes:
        common = {"brand": self.content.brand, "origin": ORIGIN, "families": self.content.brand["families"]}
        return self.engine.get_template(template).render(Context(common | values)).encode()

    def page(self, template: str, path: str, title: str, **values: Any) -> Resource:
        return Resource(lambda: self.render(template, path=path, title=title, **values))

    @cached_property
    def resources(self) -> dict[str, Resource]:
        pages = self.shop() | self.support() | self.stories()
        return pages | self.files() | self.redirects() | self.machinery(sorted(pages))

    def shop(self) -> dict[str, Resource]:
        everything = list(self.content.products.values())
        picks = [everything[n] for n in (1, 5, 9, 11, 13, 7)]
        made = {
            "/": self.page("home.html", "/", "", picks=picks),
            "/products/": self.page("listing.html", "/products/", "All products", products=everything, trail=[]),
        }
        for family in self.content.brand["families"]:
            path, products = f"/products/{family['slug']}/", self.content.family_products(family["slug"])
            made[path] = self.page(
                "listing.html", path, family["name"], intro=family["intro"], products=products, trail=[]
            )
        return made | {product.path: self.product_page(product) for product in everything}

    def product_page(self, product: DemoProduct) -> Resource:
        family = next(f for f in self.content.brand["families"] if f["slug"] == product.family)
        return self.page(
            "product_script.html" if product.markup == "script" else "product.html",
            product.path,
            "" if product.markup == "script" else product.name,
            product=product,
            family=family,
            manuals=[self.content.manuals[name] for name in product.manuals],
            related=[self.content.products[slug] for slug in product.related],
            structured=script_json(self.structured(product, family["name"])) if product.markup == "jsonld" else "",
            data=script_json(self.as_data(product)) if product.markup == "script" else "",
        )

    def structured(self, product: DemoProduct, family: str) -> dict[str, Any]:
        """schema.org/Product of a product page."""
        stock = "InStock" if product.status == "current" else "Discontinued"
        return {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": product.name,
            "sku": product.sku,
            "category": family,
            "description": " ".join(product.description),
            "image": [ORIGIN + picture for picture in product.pictures],
            "brand": {"@type": "Brand", "name": self.content.brand["name"]},
            "offers": {
                "@type": "Offer",
                "price": product.price,
                "priceCurrency": "EUR",
                "availability": f"https://schema.org/{stock}",
                "url": ORIGIN + product.path,
            },
        }

    def as_data(self, product: DemoProduct) -> dict[str, Any]:
        """What the page that is built by its script is built from."""
        return {
            "name": product.name,
            "tagline": product.tagline,
            "sku": product.sku,
            "price": product.price,
            "description": product.description,
            "features": product.features,
            "specs": product.specs,
            "pictures": product.pictures,
            "manuals": [[self.content.manuals[name].label, f"/files/manuals/{name}"] for name in product.manuals],
        }

    def support(self) -> dict[str, Resource]:
        brand = self.content.brand
        downloads = [
            (product, [self.content.manuals[name] for name in product.manuals])
            for product in self.content.products.values()
        ]
        return {
            "/support/": self.page("support.html", "/support/", "Support"),
            "/support/downloads/": self.page(
                "downloads.html", "/support/downloads/", "Manuals and downloads", downloads=downloads
            ),
            "/support/faq/": self.page("faq.html", "/support/faq/", "Questions and answers"),
            "/support/firmware/k-25-mk2/": self.page(
                "firmware.html", "/support/firmware/k-25-mk2/", brand["firmware"]["title"]
            ),
            "/he/support/": self.page("hebrew.html", "/he/support/", brand["hebrew"]["title"]),
        }

    def stories(self) -> dict[str, Resource]:
        brand = self.content.brand
        made = {
            "/about/": self.page("words.html", "/about/", "About us", paragraphs=brand["about"]),
            "/contact/": self.page("words.html", "/contact/", "Contact and service", paragraphs=brand["contact"]),
            "/news/": self.page("news.html", "/news/", "News"),
        }
        for item in brand["news"]:
            path = f"/news/{item['slug']}/"
            made[path] = self.page("article.html", path, item["title"], item=item)
        return made

    def files(self) -> dict[str, Resource]:
        made = {m.path: Resource(partial(self.pdf, m), "application/pdf") for m in self.content.manuals.values()}
        for product in self.content.products.values():
            for detail, path in enumerate(product.pictures):
                made[path] = Resource(partial(pictures.render, product.draw, detail=bool(detail)), "image/png")
        for name, kind in (("site.css", "text/css"), ("logo.svg", "image/svg+xml")):
            made[f"/assets/{name}"] = Resource((HERE / "assets" / name).read_bytes, kind)
        return made

    def pdf(self, manual: Manual) -> bytes:
        front = self.content.products[manual.products[0]]
        return manuals.render(manual, self.resources[front.pictures[0]].body)

    def redirects(self) -> dict[str, Resource]:
        return {
            "/k25": Resource(status=301, location="/products/keyboards/k-25/"),
            "/manuals/k25.pdf": Resource(status=302, location="/files/manuals/K-Series_User_Guide.pdf"),
        }

    def machinery(self, pages: list[str]) -> dict[str, Resource]:
        """robots.txt, the sitemap, and the dealers' area that robots.txt closes."""
        robots = f"User-agent: *\nDisallow: /dealers/\nDisallow: /cart\n\nSitemap: {ORIGIN}/sitemap.xml\n"
        return {
            "/robots.txt": Resource(robots.encode, "text/plain; charset=utf-8"),
            "/sitemap.xml": Resource(lambda: self.render("sitemap.xml", pages=pages), "application/xml"),
            "/dealers/": self.page(
                "words.html", "/dealers/", "Dealers", paragraphs=["Price lists for dealers. Please log in."]
            ),
            "/cart": self.page("words.html", "/cart", "Your cart", paragraphs=["Your cart is empty."]),
        }

    def events(self, number: int) -> Resource:
        """One page of the calendar, which has a next page for ever: a trap for crawlers, as real sites have them."""
        days = [f"{EVENT_TOWNS[(number + n) % 7]}, day {number * 3 + n}" for n in range(3)]
        return self.page("events.html", "/events/", "Workshop days", days=days, number=number, following=number + 1)

    def get(self, path: str, query: str = "") -> Resource:
        """What a path answers; an unknown one is a 404 page. Tracking parameters change nothing."""
        if path == "/events/":
            page = re.search(r"(?:^|&)page=(\d{1,6})(?:&|$)", query)
            return self.events(int(page[1]) if page else 1)
        if path not in self.resources and f"{path}/" in self.resources:
            return Resource(status=301, location=f"{path}/")
        return self.resources.get(path) or self.missing

    @cached_property
    def missing(self) -> Resource:
        page = self.page("words.html", "/", "Page not found", paragraphs=["There is nothing at this address."])
        return Resource(page.make, status=404)


def script_json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
