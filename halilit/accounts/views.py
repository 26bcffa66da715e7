"""Logging in, in one step or two, and setting up the second."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rag import visitors

from . import audit, second_factor
from .forms import CodeForm, PasswordForm

CODES = "recovery-codes"  # in the session, until they have been shown


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    address = wanted(request)
    if request.method != "POST" and request.user.is_staff:
        return redirect("ops:staff")
    if request.method == "POST" and (refusal := visitors.login_refusal(request)):
        return locked(request, seconds=refusal.seconds)
    form = AdminAuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        assert isinstance(user, User)
        if not second_factor.is_wanted(user):
            second_factor.enter(request, user)
            return redirect(address)
        second_factor.let_wait(request, user, address)
        return redirect("accounts:code" if second_factor.is_on(user) else "accounts:second_factor")
    return render(request, "accounts/login.html", {"form": form, "next": address})


def wanted(request: HttpRequest) -> str:
    """The page of this site that `next` names, else staff's overview."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    local = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if local else reverse("ops:staff")


def locked(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None, *, seconds: int = 0
) -> HttpResponse:
    """What is shown after too many wrong passwords, whether they were right the last time or not."""
    seconds = seconds or int(settings.AXES_COOLOFF_TIME.total_seconds())
    page = render(request, "accounts/locked.html", {"minutes": -(-seconds // 60)}, status=429)
    page["Retry-After"] = str(seconds)
    return page


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    found = second_factor.waiting(request)
    if not found:
        return again(request)
    user, address = found
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device := second_factor.accept(user, form.cleaned_data["code"]):
            second_factor.enter(request, user, device)
            return redirect(address)
        audit.wrong_code(request, user)
        form.add_error("code", wrong_code(user))
    return render(request, "accounts/code.html", {"form": form}, status=422 if form.errors else 200)


def again(request: HttpRequest) -> HttpResponse:
    if second_factor.WAITING in request.session:  # a message is kept in a session, and a stranger has none
        messages.warning(request, _("Too much time has passed since the password. Log in again."))
    return redirect("accounts:login")


def wrong_code(user: User) -> str:
    if seconds := second_factor.seconds_to_wait(user):
        return _(
            "This code is not valid, and the next is looked at in %(seconds)d seconds. Take the newest one of your app."
        ) % {"seconds": seconds}
    return _("This code is not valid. Take the newest one of your app, or a recovery code that was not used yet.")


def person(request: HttpRequest) -> tuple[User, str] | None:
    """Who sets up the second factor: somebody logged in, or one who must before he is."""
    if request.user.is_staff and isinstance(request.user, User):
        return request.user, ""
    return second_factor.waiting(request)


@sensitive_post_parameters("code", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """How it stands; without one, the picture to photograph and the field for the first code."""
    found = person(request)
    if not found:
        return again(request)
    user, address = found
    if second_factor.is_on(user):
        return the_state(request, user) if not address else redirect("accounts:code")
    device = second_factor.new_device(request, user)
    form = CodeForm(request.POST or None)
    # Who has just shown the password need not again; a session that was left open is not enough.
    proof = None if address else PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and knows_password(request, proof):
        if codes := second_factor.confirm(device, form.cleaned_data["code"]):
            second_factor.enter(request, user, device)
            request.session[CODES] = codes
            return redirect("accounts:second_factor")
        form.add_error("code", wrong_code(user))
    shown = {"form": form, "again": proof, "picture": second_factor.picture(device)}
    shown["secret"] = second_factor.secret(device)
    wrong = form.errors or (proof and proof.errors)
    return render(request, "accounts/set_up.html", shown, status=422 if wrong else 200)


def knows_password(request: HttpRequest, form: PasswordForm | None) -> bool:
    """Whether the form holds the password of who is logged in; True where none is asked for."""
    if form is None:
        return True
    if not form.is_valid():
        return False
    if visitors.login_refusal(request) is None and request.user.check_password(form.cleaned_data["password"]):
        return True
    audit.wrong_password(request, request.user)
    form.add_error("password", _("This is not your password. Nothing was changed."))
    return False


def the_state(request: HttpRequest, user: User) -> HttpResponse:
    shown = {
        "form": CodeForm(auto_id="id_%s_again"),
        "again": PasswordForm(auto_id="id_%s_again"),
        "codes": request.session.pop(CODES, None),
        "left": second_factor.codes_left(user),
        "demanded": settings.TWO_FACTOR,
    }
    return render(request, "accounts/second_factor.html", shown)


@sensitive_post_parameters("code", "password")
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for a valid code."""
    if (user := confirmed(request)) is not None:
        request.session[CODES] = second_factor.new_recovery_codes(user)
    return redirect("accounts:second_factor")


@sensitive_post_parameters("code", "password")
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Switch it off, for a valid code. Where it is demanded, the next one is set up at once."""
    if (user := confirmed(request)) is not None:
        second_factor.remove(user)
        messages.success(request, _("The second factor is off."))
        if settings.TWO_FACTOR:
            second_factor.let_wait(request, user, reverse("ops:staff"))
    return redirect("accounts:second_factor")


def confirmed(request: HttpRequest) -> User | None:
    """The person who is logged in, where he gives a valid code and his password with the form."""
    found = person(request) if request.user.is_staff else None
    if not found:
        return None
    user, _address = found
    # The code first: without the phone nobody gets as far as guessing passwords here.
    if not second_factor.accept(user, request.POST.get("code", "")[:40]):
        audit.wrong_code(request, user)
        messages.error(request, wrong_code(user))
    elif not user.check_password(request.POST.get("password", "")):
        audit.wrong_password(request, user)
        messages.error(request, _("This is not your password. Nothing was changed."))
    else:
        return user
    return None
