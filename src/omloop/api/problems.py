"""Errors as problem+json (RFC 9457): what happened, why, and what to do next."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from omloop.api.refused import REFUSALS, status_and_words
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.idempotency import KeyUsedOtherwise
from omloop.intake.services import FileTooLarge
from omloop.invoices.queries import NoSuchPlace
from omloop.organisations.holding import ClosedMeanwhile
from omloop.organisations.members import RightMissing
from omloop.organisations.moved import moved_away
from omloop.tenancy.walls import is_standstill

logger = logging.getLogger("omloop.api")
NO_KEY = "Send a valid connection key: Authorization: Bearer oml_…"
NOT_FOUND = "There is nothing here that this key may see."
TOO_LARGE = f"Files of more than {MAX_BYTES // 1024**2} MB are not taken in."
KEY_USED = "This Idempotency-Key was used with another request: take a new key."
NO_PLACE = "'after' is not a value that 'next' had."
MOVED = "This organisation moved to {}: keys ended with the move, ask for a new one there."
STILL = "This organisation is closed, or moving to another installation: nothing can be changed now."
MISTAKE = "This is a mistake of ours; it is in the log of the server. Nothing has changed."


def answer_problems(api: NinjaAPI) -> None:
    """Let the API answer every exception with a problem, and undo what the request had changed."""
    api.add_exception_handler(AuthenticationError, _no_key)
    api.add_exception_handler(ProgrammingError, _refused_by_database)
    api.add_exception_handler(ClosedMeanwhile, _says(409, STILL))
    api.add_exception_handler(Http404, _says(404, NOT_FOUND))
    api.add_exception_handler(PermissionDenied, _says(403, "This key may not do this."))
    api.add_exception_handler(RightMissing, _right_missing)
    api.add_exception_handler(FileTooLarge, _says(413, TOO_LARGE))
    api.add_exception_handler(RequestDataTooBig, _says(413, TOO_LARGE))
    api.add_exception_handler(KeyUsedOtherwise, _says(422, KEY_USED))
    api.add_exception_handler(NoSuchPlace, _says(422, NO_PLACE))
    for refused in REFUSALS:
        api.add_exception_handler(refused, _refused)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Exception, _mistake)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """A problem as an answer; `more` are members of its own."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _undone(status: int, detail: str, **more: Any) -> HttpResponse:
    """The API answers inside the transaction: without this, half a change would be committed."""
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    return problem(status, detail, **more)


def _says(status: int, detail: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, exception: _undone(status, detail)


def _no_key(request: HttpRequest, exception: Any) -> HttpResponse:
    """A key that led to an organisation which has gone says where it went."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    moved = moved_away(key) if scheme == "Bearer" else None
    if moved:
        return problem(410, MOVED.format(moved.moved_to), moved_to=moved.moved_to)
    return _undone(401, NO_KEY)


def _refused_by_database(request: HttpRequest, error: Any) -> HttpResponse:
    return _undone(409, STILL) if is_standstill(error) else _mistake(request, error)


def _right_missing(request: HttpRequest, missing: Any) -> HttpResponse:
    return _undone(403, f"The holder of this key lacks the right '{missing.right}' in this organisation.")


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    return _undone(*status_and_words(refusal))


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return _undone(error.status_code, str(error))


def _invalid(request: HttpRequest, invalid: Any) -> HttpResponse:
    errors = [{"where": list(each["loc"]), "what": each["msg"]} for each in invalid.errors]
    return _undone(422, "The request is not complete or not correct: see 'errors'.", errors=errors)


def _mistake(request: HttpRequest, exception: Any) -> HttpResponse:
    logger.exception("%s %s", request.method, request.path, exc_info=exception)
    return _undone(500, MISTAKE)
