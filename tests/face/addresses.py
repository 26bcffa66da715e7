"""Every page and the states in which a visitor or staff may meet it, by name."""

from .site import Face

LONG = "product with a long name"
OF_VISITORS = (LONG, "brand with one product", "answer that found nothing", "shared")
OF_STAFF = ("run", "curated", "plan", LONG)
# Neither pages nor actions: files, streams, parts of pages, what machines ask for, half a login, and the admin's own page.
NOT_PAGES = {
    "accounts:code", "accounts:password_change",
    "catalog:changes_csv", "catalog:document_file", "catalog:page_picture", "catalog:picture",
    "coverage:csv",
    "embed:script",
    "face:manifest", "face:robots", "face:share_picture", "face:sitemap", "face:sitemaps", "face:worker",
    "ingestion:run_csv", "ingestion:run_progress", "ingestion:status",
    "ops:api_unknown", "ops:healthz", "ops:metrics", "ops:readyz",
    "rag:answer_stream", "rag:answer_text", "rag:next_questions", "rag:product_questions", "rag:questions_csv",
}  # fmt: skip


def of_visitors(face: Face) -> dict[str, str]:
    return {
        "home": "/",
        "brands": "/brands/",
        "brands, none found": "/brands/?q=zzzz",
        "brand": "/brands/lumenhall/",
        "brand's documents": "/brands/lumenhall/?show=documents",
        "brand, unread": "/brands/boss/",
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
        "ask box": "/embed/",
        "ask about a brand": "/ask/?brand=1&question=How+heavy",
        "offline": "/offline/",
        "missing": "/products/lumenhall/no-such-thing/",
        "login": "/admin/login/",
    } | {name: face.places[name] for name in OF_VISITORS if name in face.places}


def of_staff(face: Face) -> dict[str, str]:
    return {
        "operations": "/staff/",
        "needs attention": "/staff/attention/",
        "all brands": "/staff/brands/",
        "table of brands": "/staff/brand-table/",
        "desk of a brand": "/staff/brands/lumenhall/",
        "dry run": "/staff/brands/lumenhall/preview/",
        "addresses of a brand": "/staff/brands/lumenhall/addresses/",
        "insight": "/staff/insight/",
        "tokens": "/staff/tokens/",
        "comparison of two visits": "/staff/runs/compare/",
        "runs": "/staff/runs/",
        "coverage": "/staff/coverage/",
        "coverage of a brand": "/staff/coverage/lumenhall/",
        "letter to a brand": "/staff/coverage/lumenhall/letter/",
        "changes": "/staff/changes/",
        "upload": "/staff/uploads/",
        "questions": "/staff/questions/",
        "answers by staff": "/staff/questions/curated/",
        "evaluation": "/staff/evaluation/",
        "searches": "/staff/searches/",
        "account": "/staff/account/",
        "second factor": "/staff/second-factor/",
        "ask box for other sites": "/staff/embed/",
        "style guide": "/staff/styleguide/",
        "product for staff": "/products/lumenhall/lumenhall-k-49/",
        "document for staff": f"/documents/{face.manual}/",
    } | {f"{name}, for staff": face.places[name] for name in OF_STAFF if name in face.places}
