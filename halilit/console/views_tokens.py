"""The API's tokens: made with scopes and shown once, revoked, and when each was used last."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.access import needs
from halilit.models import ApiToken, Scope


class TokenForm(forms.ModelForm[ApiToken]):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope.choices,
        initial=[Scope.READ.value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes", "a_minute"]
        error_messages = {"name": {"unique": gettext_lazy("There is a token of this name already. Choose another.")}}


@needs("halilit.view_apitoken", change="halilit.change_apitoken")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    if "revoke" in request.POST:
        return _revoke(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        secret = made.renew()
        made.save()
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": ApiToken.objects.order_by("revoked_at", "name")}
    return render(request, "console/tokens.html", context, status=422 if form.errors else 200)


def _revoke(request: HttpRequest) -> HttpResponse:
    number = request.POST["revoke"]
    token = get_object_or_404(ApiToken, pk=int(number) if number.isdecimal() and len(number) < 15 else 0)
    if token.revoke():
        messages.success(request, _("“%(name)s” is revoked: whoever uses it is refused from now on.") % {"name": token})
    return redirect("console:tokens")
