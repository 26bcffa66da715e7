"""What the API answers when it cannot do what was asked: problem details, RFC 9457, that say what to do."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from halilit.ops import troubles
from ingestion.errors import RunRefused

from .middleware import PROBLEM, problem_response


class TooOften(HttpError):
    """Somebody has asked too often; `seconds` until it is worth it again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(429, message)
        self.seconds = seconds


REFUSALS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def described(responses: dict[Any, Any]) -> dict[Any, Any]:
    """The responses of a route in the OpenAPI document: what succeeds, and the refusals that there really are."""
    done = {status: response for status, response in responses.items() if int(status) < 400}
    schema = {"$ref": "#/components/schemas/Problem"}
    told = {s: {"description": HTTPStatus(s).phrase, "content": {PROBLEM: {"schema": schema}}} for s in REFUSALS}
    return done | told


def invalid_fields(error: ValidationError) -> list[dict[str, str]]:
    """Name and message of each bad value. The first parts of a location name the place, not the field."""
    return [{"field": str(entry["loc"][-1]) if entry["loc"] else "", "message": entry["msg"]} for entry in error.errors]


def register(api: NinjaAPI) -> None:
    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = invalid_fields(error)
        listed = "; ".join(f"{entry['field']}: {entry['message']}" for entry in errors)
        return problem_response(422, _("Some values cannot be used: %(listed)s.") % {"listed": listed}, errors=errors)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        detail = _("Log in as staff, or send a valid API token as “Authorization: Bearer TOKEN”.")
        response = problem_response(401, detail)
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(DatabaseError)
    @api.exception_handler(OSError)
    def fault(request: HttpRequest, error: Exception) -> HttpResponse:
        if response := troubles.answer(request, error):
            return response
        raise error

    @api.exception_handler(TooOften)
    def too_often(request: HttpRequest, error: TooOften) -> HttpResponse:
        response = problem_response(429, str(error))
        response["Retry-After"] = str(error.seconds)
        return response

    @api.exception_handler(RunRefused)
    def refused(request: HttpRequest, error: RunRefused) -> HttpResponse:
        return problem_response(409, str(error))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem_response(404, str(error) or _("There is nothing at this address. /api/docs lists them."))

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return problem_response(413, _("The body of the request is too large. Ask a shorter question."))

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
        unread = error.status_code == 400 and str(error) == "Cannot parse request body"
        detail = _("The body of the request is no JSON. Send an object, or nothing.") if unread else str(error)
        return problem_response(error.status_code, detail)
