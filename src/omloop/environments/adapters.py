"""Where allauth asks us about providers: which there are, and whom their accounts belong to (rules 1.9)."""

from typing import Any, NoReturn
from uuid import UUID

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from omloop.audit.actors import Actor
from omloop.environments.identities import identity_of, invited_person, link
from omloop.environments.models import Identity, SignInProvider
from omloop.environments.openid import ProviderRefused
from omloop.environments.providers import find_provider, secret_of
from omloop.environments.refusals import LinkedToOther
from omloop.outgoing.session import GuardedSession
from omloop.people.adapters import OPENED_BY
from omloop.tenancy.scope import tenant_scope


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Providers are those of environments; nobody gets an account by one, and no address matches anybody."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of the environment that is asked for by its id; there are no others."""
        try:
            found = find_provider(UUID(provider or ""))
        except ValueError:
            return []
        return [app_of(found)] if found else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        return None

    def get_requests_session(self) -> GuardedSession:
        return GuardedSession(settings.OWN_NETWORKS)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Say whose account this is, linking it first where that was asked for; raises ProviderRefused."""
        asked = sociallogin.state["data"]
        identity = _identity(request, sociallogin, asked["linking"])
        if asked["stays"]:
            _stay(request, sociallogin)
        sociallogin.user = identity.person
        sociallogin.state[OPENED_BY] = {
            "environment": str(identity.environment_id),
            "identity": str(identity.id),
        }


def app_of(provider: SignInProvider) -> SocialApp:
    """The provider as allauth wants it; never saved, for its secret is readable in it."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=str(provider.environment_id),
        name=provider.name,
        client_id=provider.client_id,
        secret=secret_of(provider),
        settings={"server_url": provider.issuer},
    )


def _identity(request: HttpRequest, sociallogin: SocialLogin, linking: str) -> Identity:
    now, environment_id = timezone.now(), UUID(sociallogin.account.provider)
    named: dict[str, Any] = {
        "environment_id": environment_id,
        "issuer": sociallogin.provider.app.settings["server_url"],
        "subject": sociallogin.account.uid,
    }
    person_id = UUID(linking) if linking else None
    if person_id is not None and request.user.pk != person_id:
        raise ProviderRefused("state")
    with tenant_scope(None, [], [environment_id]):
        if person_id is None:
            found = identity_of(**named, now=now)
            if found is not None:
                return found
            person_id = invited_person(request.session, environment_id=environment_id, now=now)
        if person_id is None:
            raise ProviderRefused("unknown")
        actor = Actor(kind="person", person_id=person_id, origin=request.META.get("REMOTE_ADDR", ""))
        try:
            return link(**named, actor=actor, now=now)
        except LinkedToOther as error:
            raise ProviderRefused("linked_to_other") from error


def _stay(request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
    """Linked, and back to what one was doing, in the session that one has."""
    name = sociallogin.provider.app.name
    messages.success(request, _("Linked: from now on you can also sign in with %(name)s.") % {"name": name})
    raise ImmediateHttpResponse(redirect(sociallogin.state.get("next") or "my_sign_in"))
