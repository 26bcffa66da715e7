"""A staff member's own account: where he is logged in, ending that, and logging out."""

from django.conf import settings
from django.contrib import admin, auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from catalog.access import needs
from rag import visitors

from . import audit, sessions
from .forms import PasswordForm
from .views import locked


@require_POST
@never_cache
def logout(request: HttpRequest) -> HttpResponse:
    """Whoever sits at this computer next finds nothing of it in the browser, nor what was kept for reading offline."""
    auth.logout(request)
    response = redirect("catalog:home")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs()
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if visitors.login_refusal(request) is None and request.user.check_password(form.cleaned_data["password"]):
            n = sessions.end(request.user, but=request.session.session_key)
            messages.success(request, ngettext("%d session was ended.", "%d sessions were ended.", n) % n)
            return redirect("accounts:account")
        audit.wrong_password(request, request.user)
        form.add_error("password", _("This is not your password. Nothing was ended."))
    shown = [seen for _row, seen in sessions.of(request.user, this=request.session.session_key)]
    context = {"form": form, "sessions": shown, "idle": settings.STAFF_IDLE_MINUTES}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("old_password", "new_password1", "new_password2")
def password_change(request: HttpRequest) -> HttpResponse:
    """The admin's own page, but at a pace: whoever finds a session open must not try out passwords in it."""
    if request.method == "POST" and (refusal := visitors.login_refusal(request)):
        return locked(request, seconds=refusal.seconds)
    changed: HttpResponse = admin.site.admin_view(admin.site.password_change, cacheable=True)(request)
    return changed
