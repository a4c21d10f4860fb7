"""Pages for what went wrong: what happened, why, and what to do next.

They are made without the database, so that they also come when that is the trouble.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from omloop.web.frame import frame
from omloop.web.views import page_to_return_to


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request can't be read."""
    return _page(request, "400", 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, but not allowed to this person."""
    return _page(request, "403", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown, or invisible to this person; the page doesn't tell which."""
    return _page(request, "404", 404)


def conflict(request: HttpRequest, reason: str) -> HttpResponse:
    """409: someone else was first; `reason` says who did what, in the reader's language."""
    return _page(request, "409", 409, reason=reason, path=page_to_return_to(request))


def standing_still(request: HttpRequest) -> HttpResponse:
    """409: nothing can be changed while an organisation is moving to another installation (rules 6.4)."""
    return _page(request, "still", 409, path=page_to_return_to(request))


def gone(request: HttpRequest, places: list[tuple[str, str]]) -> HttpResponse:
    """404 for who had organisations that moved to another installation: their names and addresses there."""
    return _page(request, "gone", 404, places=places)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; it is in the log of the server."""
    return _page(request, "500", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from a page of ours, or from one that is too old."""
    return _page(request, "csrf", 403)


def _page(request: HttpRequest, name: str, status: int, **context: object) -> HttpResponse:
    page = render_to_string(f"web/errors/{name}.html", {**frame(request), "path": request.path, **context})
    return HttpResponse(page, status=status)
