"""Who may change state: a program with a token, or staff in their own session."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuthIsStaff
from ninja.utils import check_csrf

from halilit.models import ApiToken


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, from `manage.py create_api_token NAME`."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return ApiToken.find(token)


class StaffAuth(SessionAuthIsStaff):
    """A staff session. Its requests carry the CSRF token, as a browser would send them for any other site too."""

    def __call__(self, request: HttpRequest) -> Any | None:
        if not (request.user.is_authenticated and request.user.is_staff and request.user.is_active):
            return None
        if check_csrf(request):
            raise HttpError(
                403, _("The CSRF token is missing or wrong. Send it in the header X-CSRFToken, or use an API token.")
            )
        return request.user


state_change = [TokenAuth(), StaffAuth()]
