"""The page that explains the API, and the answer for an operation that there is not."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from omloop.api.api import api
from omloop.api.problems import problem


@require_safe
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation, to read and to try."""
    page: HttpResponse = api.docs.render_page(request, api)
    return page


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, **address: Any) -> HttpResponse:
    """404 as a problem."""
    return problem(404, "The API has no such operation: see /api/docs.")
