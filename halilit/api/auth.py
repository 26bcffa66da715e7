"""Who may do what through the API: a program whose token has the scope, or staff who have the permission."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuthIsStaff
from ninja.utils import check_csrf

from catalog.access import is_staff
from halilit.models import ApiToken, Scope
from halilit.ops.refused import said


def token_of(request: HttpRequest) -> ApiToken | None:
    """The valid token that a request carries, looked up once a request."""
    if not hasattr(request, "api_token"):
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        found = ApiToken.find(secret.strip()) if kind.lower() == "bearer" and secret else None
        request.api_token = found  # type: ignore[attr-defined]
    return request.api_token  # type: ignore[attr-defined]


def has_scope(request: HttpRequest, scope: Scope) -> bool:
    token = token_of(request)
    return bool(token and scope in token.scopes)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, from the records or `manage.py create_api_token NAME`."""

    def __init__(self, scope: Scope = Scope.READ) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = token_of(request)
        if found and self.scope not in found.scopes:
            told = _(
                "The token “%(name)s” lacks the scope %(scope)s. It has: %(has)s. An operator can make another one."
            )
            has = ", ".join(found.scopes) or "–"
            raise HttpError(403, told % {"name": found.name, "scope": self.scope.value, "has": has})
        return found


class StaffAuth(SessionAuthIsStaff):
    """A staff session. Its requests carry the CSRF token, as a browser would send them for any other site too."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Any | None:
        if not is_staff(request.user):
            return None
        if check_csrf(request):
            raise HttpError(
                403, _("The CSRF token is missing or wrong. Send it in the header X-CSRFToken, or use an API token.")
            )
        if not request.user.has_perm(self.permission):
            told = _("Your account lacks the right to %(missing)s. Whoever looks after accounts can grant it.")
            raise HttpError(403, told % {"missing": said(self.permission)})
        return request.user


def needs(scope: Scope, permission: str) -> list[Any]:
    """For tokens with that scope, and staff with that permission."""
    return [TokenAuth(scope), StaffAuth(permission)]
