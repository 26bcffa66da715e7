"""Every page and the states in which a visitor or staff may meet it, by name."""

from .site import Face


def of_visitors(face: Face) -> dict[str, str]:
    return {
        "home": "/",
        "brands": "/brands/",
        "brands, none found": "/brands/?q=zzzz",
        "brand": "/brands/lumenhall/",
        "brand's documents": "/brands/lumenhall/?show=documents",
        "brand, unread": "/brands/akai-professional/",
        "family without products": "/brands/lumenhall/?family=none-such",
        "family": "/brands/lumenhall/families/keyboards/",
        "comparison, empty": "/compare/",
        "comparison": "/compare/?p=1&p=2",
        "product": "/products/lumenhall/lumenhall-k-49/",
        "product, discontinued": "/products/lumenhall/drift-dr-1-delay/",
        "document": f"/documents/{face.manual}/",
        "page of a document": face.page_of_manual(6),
        "page of a document, as text": face.page_of_manual(6) + "?view=text",
        "search, empty": "/search/",
        "search": "/search/?q=factory+reset",
        "search, nothing found": "/search/?q=zxqvkj",
        "ask": "/ask/",
        "ask about a brand": "/ask/?brand=1&question=How+heavy",
        "offline": "/offline/",
        "missing": "/products/lumenhall/no-such-thing/",
    }


def of_staff(face: Face) -> dict[str, str]:
    return {
        "operations": "/staff/",
        "needs attention": "/staff/attention/",
        "all brands": "/staff/brands/",
        "desk of a brand": "/staff/brands/lumenhall/",
        "dry run": "/staff/brands/lumenhall/preview/",
        "addresses of a brand": "/staff/brands/lumenhall/addresses/",
        "insight": "/staff/insight/",
        "coverage": "/staff/coverage/",
        "changes": "/staff/changes/",
        "upload": "/staff/uploads/",
        "questions": "/staff/questions/",
        "answers by staff": "/staff/questions/curated/",
        "evaluation": "/staff/evaluation/",
        "searches": "/staff/searches/",
        "style guide": "/staff/styleguide/",
        "product for staff": "/products/lumenhall/lumenhall-k-49/",
        "document for staff": f"/documents/{face.manual}/",
    }
