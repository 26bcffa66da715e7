"""The script that puts the box into a page, the framed page itself, and the staff's page about both."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from catalog.access import needs
from catalog.models import Brand, Product
from rag import answer as answers
from rag import visitors
from rag.forms_ask import AskForm, FeedbackForm
from rag.models import Answer
from rag.producers import attend

from .forms import SiteForm, SnippetForm
from .framing import framed, is_from_here
from .models import EmbedSite

HOUR = 3600  # seconds


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """What the shop's script tag loads: an address that stays the same, unlike those of other files."""
    text = (settings.BASE_DIR / "static" / "embed.js").read_text(encoding="utf-8")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={HOUR}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@framed
def frame(request: HttpRequest) -> HttpResponse:
    """The box: a question is sent to this same address, its answer is shown here, and so is whether it helped."""
    if request.method != "POST":
        return _shown(request, _answer(request.GET.get("answer", "")))
    if not is_from_here(request):
        raise PermissionDenied
    if "value" in request.POST:
        return _rated(request)
    form = AskForm(request.POST)
    too_often = visitors.refusal(request) if form.is_valid() else None
    if too_often:
        form.add_error("question", too_often.message)
    if form.errors:
        return _shown(request, None, form=form, status=429 if too_often else 422)
    asked = answers.ask(**form.cleaned_data)
    return redirect(_address(request, asked))


def _rated(request: HttpRequest) -> HttpResponse:
    answer = _answer(request.POST.get("answer", ""))
    if answer is None:
        raise Http404
    form = FeedbackForm(request.POST, instance=answer)
    if form.is_valid():
        form.save()
    return redirect(_address(request, answer))


def _address(request: HttpRequest, answer: Answer) -> str:
    """The box with that answer; how it looks and what it is about stays."""
    wanted = request.GET.copy()
    wanted["answer"] = str(answer.pk)
    return f"{reverse('embed:frame')}?{wanted.urlencode()}"


def _shown(
    request: HttpRequest, answer: Answer | None, *, form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    if answer:
        attend(answer)
    theme = request.GET.get("theme")
    context = {"answer": answer, "form": form or AskForm(), "theme": theme if theme in ("light", "dark") else ""}
    context |= _subject(request)
    part = "#answer" if request.headers.get("HX-Request") and answer else ""
    return render(request, f"embed/frame.html{part}", context, status=status)


def _subject(request: HttpRequest) -> dict[str, Any]:
    """The product (by number or name in the address) or brand that the shop's page is about; unknown ones are left."""
    named, wanted = request.GET.get("brand", "")[:200], request.GET.get("product", "")[:200]
    brand = Brand.objects.filter(slug=named, active=True).first() if named else None
    product = None
    if wanted:
        rows = Product.objects.filter(hidden=False, **({"brand": brand} if brand else {})).select_related("brand")
        found = list(rows.filter(Q(sku__iexact=wanted) | Q(gtin=wanted) | Q(slug=wanted))[:2])
        product = found[0] if len(found) == 1 else None
    return {"brand": brand, "product": product}


def _answer(text: str) -> Answer | None:
    try:
        return Answer.objects.select_related("conversation").filter(pk=UUID(text)).first()
    except ValueError:
        return None


@needs("halilit.view_embedsite", change="halilit.change_embedsite")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def how_to(request: HttpRequest) -> HttpResponse:
    """How the box is put in, how it looks, and which sites may show it."""
    form = SiteForm(request.POST or None)
    if request.method == "POST" and "site" in request.POST:
        _switch(request)
        return redirect("embed:how_to")
    if request.method == "POST" and form.is_valid():
        site = form.save()
        messages.success(request, _("%(site)s may show the ask box now.") % {"site": site})
        return redirect("embed:how_to")
    chosen = SnippetForm(request.GET)
    tag = snippet(request, chosen.wanted)
    if request.GET.get("as") == "text":
        return HttpResponse(tag, content_type="text/plain; charset=utf-8")
    context = {"form": form, "chosen": chosen, "wanted": chosen.wanted, "snippet": tag}
    context["sites"] = EmbedSite.objects.all()
    return render(request, "embed/how_to.html", context, status=422 if form.errors else 200)


def _switch(request: HttpRequest) -> None:
    """Allow a site of the list, or allow it no longer."""
    number = request.POST["site"]
    site = get_object_or_404(EmbedSite, pk=int(number) if number.isdecimal() and len(number) < 15 else 0)
    site.active = "allow" in request.POST
    site.save(update_fields=["active"])
    told = _("%(site)s may show the ask box now.") if site.active else _("%(site)s can no longer show the ask box.")
    messages.success(request, told % {"site": site})


def snippet(request: HttpRequest, attributes: dict[str, str]) -> str:
    more = format_html_join("", ' data-{}="{}"', attributes.items())
    address = f"{request.scheme}://{request.get_host()}/embed.js"
    return format_html('<script src="{}"{} async></script>', address, more)
