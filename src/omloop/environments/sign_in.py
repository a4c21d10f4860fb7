"""Going to an environment's provider and coming back, once each (rules 1.9).

allauth keeps the state in the session and signs in; what the provider says is judged by `openid`.
"""

from secrets import token_urlsafe
from uuid import UUID

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal.statekit import unstash_state
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from omloop.environments.adapters import app_of
from omloop.environments.models import SignInProvider
from omloop.environments.openid import (
    ProviderRefused,
    authorization_address,
    discover,
    exchange,
    subject_of,
)
from omloop.environments.providers import secret_of


def begin(
    request: HttpRequest,
    provider: SignInProvider,
    *,
    next_address: str = "",
    linking: UUID | None = None,
    stays: bool = False,
) -> str:
    """Where the browser has to go; what was asked for is kept in its session. Raises ProviderRefused.

    `linking` is who is signed in and wants his account there linked; with `stays` he goes on in the session
    that he has, else in one that the provider opened.
    """
    discovery = discover(get_adapter().get_requests_session(), provider.issuer)
    proof, nonce = generate_code_challenge(), token_urlsafe(32)
    asked = {
        "nonce": nonce,
        "verifier": proof["code_verifier"],
        "issuer": provider.issuer,
        "linking": str(linking or ""),
        "stays": stays,
    }
    theirs = OpenIDConnectProvider(request, app_of(provider))
    state = theirs.stash_redirect_state(request, AuthProcess.LOGIN, next_address or None, asked)
    return authorization_address(
        discovery,
        client_id=provider.client_id,
        redirect_uri=redirect_address(request, provider.environment_id),
        state=state,
        nonce=nonce,
        code_challenge=proof["code_challenge"].decode(),
    )


def finish(request: HttpRequest, provider: SignInProvider) -> HttpResponse:
    """Whoever comes back is signed in, or linked; raises ProviderRefused."""
    state = unstash_state(
        request, state_id=request.GET.get("state", ""), provider_id=str(provider.environment_id)
    )
    if state is None or state["data"]["issuer"] != provider.issuer:
        raise ProviderRefused("state")
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise ProviderRefused("issuer")
    if "code" not in request.GET:
        is_cancelled = request.GET.get("error") == "access_denied"
        raise ProviderRefused("cancelled" if is_cancelled else "declined", request.GET.get("error", ""))
    subject = _subject(request, provider, state["data"])
    theirs = OpenIDConnectProvider(request, app_of(provider))
    login = theirs.sociallogin_from_response(request, {"id_token": {"sub": subject}})
    login.state = state
    answer: HttpResponse = complete_social_login(request, login)
    return answer


def redirect_address(request: HttpRequest, environment_id: UUID) -> str:
    """Where the provider sends people back to; it has to know it beforehand."""
    return request.build_absolute_uri(reverse("provider_callback", args=[environment_id]))


def _subject(request: HttpRequest, provider: SignInProvider, asked: dict[str, str]) -> str:
    session = get_adapter().get_requests_session()
    discovery = discover(session, provider.issuer)
    token = exchange(
        session,
        discovery,
        client_id=provider.client_id,
        secret=secret_of(provider),
        code=request.GET["code"],
        verifier=asked["verifier"],
        redirect_uri=redirect_address(request, provider.environment_id),
    )
    return subject_of(
        session,
        discovery,
        token,
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=asked["nonce"],
    )
