"""Saving the table of brands, and bringing it back: first what it would change, then the change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.access import needs
from catalog.tables import csv_response

from . import brand_list


@needs("catalog.view_brand", change="catalog.add_brand")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def brand_table(request: HttpRequest) -> HttpResponse:
    if request.GET.get("as") == "csv":
        return csv_response("brands", brand_list.table())
    if request.method != "POST":
        return render(request, "console/brand_table.html", {"columns": brand_list.COLUMNS})
    text, problem = sent(request)
    found = brand_list.Table([], problem) if problem else brand_list.read(text)
    if "write" in request.POST and found.may_be_written:
        n = brand_list.write(found, user=request.user)
        told = ngettext("%(n)d brand was changed or added.", "%(n)d brands were changed or added.", n)
        messages.success(request, told % {"n": n})
        return redirect("console:brands")
    context = {"found": found, "text": text, "columns": brand_list.COLUMNS}
    return render(request, "console/brand_table.html", context, status=422 if found.problem or found.wrong else 200)


def sent(request: HttpRequest) -> tuple[str, str]:
    """The table's text, and what is wrong with the file."""
    file = request.FILES.get("table")
    if file is None:
        text = request.POST.get("text", "")
        return text, "" if text.strip() else _("Choose the file first.")
    if (file.size or 0) > brand_list.MOST_BYTES:
        return "", _("The file is larger than a table of brands can be. Save it as CSV (UTF-8).")
    text = brand_list.decoded(file.read())
    return text, "" if text.strip() else _("The file cannot be read. Save it as CSV (UTF-8) and send that.")
