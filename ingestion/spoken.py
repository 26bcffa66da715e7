"""In which languages a brand's site is read: the wanted ones, or its own where it has none of them."""

from collections import Counter
from collections.abc import Iterable

from .addresses import same_page_key
from .extract.records import Extraction
from .fates import columns
from .models import FrontierUrl, IngestionRun, IngestLog, Outcome, UrlKind, UrlState
from .reasons import Reason, why
from .scope import Scope
from .site_languages import address_language

FEW, FEW_OF_HUNDRED = 3, 3  # pages that are read though they are in no wanted language
LOOKED_AT = 5000  # addresses that the site's sitemaps named


def inherit(run: IngestionRun) -> None:
    """Take over what the last run of the brand found out, where the brand's settings are the same."""
    last = IngestionRun.objects.filter(brand=run.brand).exclude(pk=run.pk).exclude(languages="").first()
    again = run.force and not run.only  # everything is found out again, the languages too
    if last is not None and last.start_url == run.start_url and not run.brand.languages and not again:
        run.languages = last.languages
        run.save(update_fields=["languages"])


def is_open(run: IngestionRun, scope: Scope) -> bool:
    """Whether it is still to be found out which languages the site has; what staff have set holds."""
    return bool(scope.languages) and not run.languages and not run.brand.languages


def decide(run: IngestionRun, scope: Scope, start: Extraction) -> Scope:
    """By the start page: its own language, where neither it nor anything that it or a sitemap names is a wanted one."""
    own = start.language or start.stated_language
    stated = {link.language.lower().split("-")[0] for link in start.links}
    links = (link.url for link in start.links if scope.owns(link.url))
    known = run.urls.filter(kind=UrlKind.PAGE).values_list("url", flat=True)[:LOOKED_AT]
    found = {own, start.stated_language, *stated, *map(address_language, links), *map(address_language, known)}
    extra = frozenset({own} if own and not found & scope.languages else ())
    return settle(run, scope, extra)


def settle(run: IngestionRun, scope: Scope, extra: frozenset[str]) -> Scope:
    """Write the decision down, say it, and bring back what was left out for its language."""
    run.languages = ",".join(sorted(scope.languages | extra))[:60]
    run.save(update_fields=["languages"])
    if extra:
        reason = why("own_language", language=", ".join(sorted(extra)), wanted=", ".join(sorted(scope.languages)))
        say(run, reason)
        revive(run, extra)
    return scope.speaking(extra)


def fall_back(run: IngestionRun, scope: Scope) -> Scope | None:
    """Where a whole run left out every page for its language: the language that most of them have. None: no need."""
    if not scope.languages or run.brand.languages:
        return None
    pages = run.urls.filter(kind=UrlKind.PAGE)
    if pages.filter(state__in=[UrlState.STORED, UrlState.UNCHANGED]).exists():
        return None
    left_out = pages.filter(state=UrlState.SKIPPED, code="language").values_list("details__language", flat=True)
    most = Counter(left_out).most_common(1)
    return settle(run, scope, frozenset({most[0][0]})) if most else None


def few_in_others(run: IngestionRun, scope: Scope) -> bool:
    """Bring back pages in other languages where these are few. Returns whether there were any.

    Either all that were left out are few, and reading them costs next to nothing; or those are that the site has in no
    wanted language: /fr/tone-3 where nothing is known of /tone-3. A site that translates its addresses too has many of
    them, and those stay left out.
    """
    if not scope.languages or run.brand.languages:
        return False
    pages = run.urls.filter(kind=UrlKind.PAGE)
    known = set(pages.exclude(code="language").values_list("key", flat=True))
    few = max(FEW, FEW_OF_HUNDRED * len(known) // 100)
    left_out = pages.filter(state=UrlState.SKIPPED, code="language", details__evidence__code="by_address")
    found = list(left_out.values_list("pk", "url"))
    if len(found) > few:
        found = [(pk, url) for pk, url in found if not twins(url, scope) & known]
    if not found or len(found) > few:
        return False
    rows = FrontierUrl.objects.filter(pk__in=[pk for pk, _ in found], run=run)
    return bool(rows.update(state=UrlState.QUEUED, attempts=0, **columns(why("few_in_others"))))


def twins(url: str, scope: Scope) -> set[str]:
    """Keys under which the same page would be known in a wanted language: without the language's part, or with ours."""
    key = same_page_key(url)
    host, _, path = key.partition("/")
    rest = path.partition("/")[2]
    return {f"{host}/{rest}", *(f"{host}/{code}/{rest}" for code in {*scope.languages, "en-us", "en-gb"})}


def revive(run: IngestionRun, languages: Iterable[str]) -> None:
    left_out = FrontierUrl.objects.filter(
        run=run, state=UrlState.SKIPPED, code="language", details__language__in=list(languages)
    )
    left_out.update(
        state=UrlState.QUEUED, attempts=0, etag="", last_modified="", content_hash="", **columns("")
    )  # fmt: skip


def say(run: IngestionRun, reason: Reason) -> None:
    entry = IngestLog(brand_id=run.brand_id, run=run, url=run.start_url, outcome=Outcome.SUCCESS)
    entry.set_reason(reason)
    entry.save()


def objection(scope: Scope, extraction: Extraction) -> Reason | None:
    """Whether a page is in none of the brand's languages: it says so, and its text does not say otherwise."""
    if extraction.language and extraction.language != extraction.stated_language:
        return None
    return scope.language_objection(extraction.stated_language, "page")
