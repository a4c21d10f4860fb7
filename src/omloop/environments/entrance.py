"""The entrance of an environment: to its provider, and back from it (rules 1.9).

These views stand outside of the member's scope: no transaction waits for somebody else's server.
"""

import logging
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from omloop.environments.models import SignInProvider
from omloop.environments.openid import ProviderRefused
from omloop.environments.providers import find_provider
from omloop.environments.sign_in import begin, finish
from omloop.environments.sign_in_words import ABOUT_THE_PERSON, TRUST, WORDS
from omloop.people.adapters import OPENED_BY
from omloop.web.views import is_ours, keep_on_device, outside_member_scope, page_to_return_to

ENTRANCE = "entrance"
"""The cookie that remembers by which entrance somebody came, for the sign-in page."""
logger = logging.getLogger("omloop.sign_in")
Door = Callable[[HttpRequest, SignInProvider], HttpResponse]


def _at_entrance(view: Door) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """The view with the environment's provider; without one, or environment, the sign-in page: who only
    guesses learns nothing."""

    @login_not_required
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, environment_id: UUID) -> HttpResponse:
        provider = find_provider(environment_id)
        if provider is None:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': _next(request)})}")
        try:
            return view(request, provider)
        except ProviderRefused as refused:
            return show_refused(request, provider, refused)

    return outside_member_scope(found)


@require_safe
@_at_entrance
def entrance(request: HttpRequest, provider: SignInProvider) -> HttpResponse:
    """The page with the way to the provider; it can be linked from anywhere."""
    response = render(request, "environments/entrance.html", {"provider": provider, "next": _next(request)})
    keep_on_device(request, response, ENTRANCE, str(provider.environment_id))
    return response


@require_POST
@_at_entrance
def start(request: HttpRequest, provider: SignInProvider) -> HttpResponse:
    """Off to the provider, by a page: the content policy lets no form lead to another site."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    address = begin(request, provider, next_address=page_to_return_to(request))
    return render(request, "environments/onward.html", {"provider": provider, "address": address})


@require_safe
@_at_entrance
def callback(request: HttpRequest, provider: SignInProvider) -> HttpResponse:
    """Back from the provider: signed in, linked, or told why not."""
    response = finish(request, provider)
    keep_on_device(request, response, ENTRANCE, str(provider.environment_id))
    return response


def show_refused(request: HttpRequest, provider: SignInProvider, refused: ProviderRefused) -> HttpResponse:
    """What happened, why, and what to do; the details are in the log of the server."""
    logger.warning("sign-in by %s refused: %s", provider.environment_id, refused)
    is_elsewhere = request.user.is_authenticated and OPENED_BY not in request.session
    context = {
        "provider": provider,
        "why": WORDS[refused.why],
        "consequence": "" if refused.why in ABOUT_THE_PERSON else TRUST,
        "code": refused.why,
        "can_link": is_elsewhere and refused.why == "unknown",
    }
    status = 502 if refused.why == "unreachable" else 403
    return render(request, "environments/refused.html", context, status=status)


def _next(request: HttpRequest) -> str:
    address = request.GET.get("next", "")
    return address if is_ours(request, address) else "/"
