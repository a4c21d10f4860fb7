"""Choices about the frame itself."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from omloop.web.frame import THEME_COOKIE, THEMES

View = TypeVar("View", bound=Callable[..., HttpResponse])
A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or (anything else) as the device has it; kept on this device."""
    response = redirect(page_to_return_to(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        keep_on_device(request, response, THEME_COOKIE, theme)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def page_to_return_to(request: HttpRequest) -> str:
    """The address in the field `next`, when it is one of ours; else the start page."""
    address = request.POST.get("next", "")
    return address if is_ours(request, address) else "/"


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address leads to a page of this site."""
    host, is_secure = request.get_host(), request.is_secure()
    return url_has_allowed_host_and_scheme(address, {host}, require_https=is_secure)


def outside_member_scope(view: View) -> View:
    """For a view that opens short scopes itself, or none: while it waits, no transaction does."""
    view.in_member_scope = False  # type: ignore[attr-defined]
    return view


def keep_on_device(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    """Remember a choice for a year, in a cookie of this device."""
    response.set_cookie(
        name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
