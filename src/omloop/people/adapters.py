"""Where allauth asks us: who may register, what a session was opened by, and how its secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from omloop.people.ciphers import cipher_for
from omloop.people.mailing import refused_since

OPENED_BY = "opened_by"
"""In a session that a provider opened: which environment's, and by which identity (rules 1.9)."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Registering is open unless the operator shut it; who is invited comes in by his link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION_IS_OPEN)

    def post_login(
        self, request: HttpRequest, user: Any, *, signal_kwargs: dict[str, Any] | None = None, **more: Any
    ) -> HttpResponse:
        """Note by which provider the session was opened, if any; say that mail to his address is refused."""
        request.session.pop(OPENED_BY, None)
        by_provider = (signal_kwargs or {}).get("sociallogin")
        if by_provider:
            request.session[OPENED_BY] = by_provider.state[OPENED_BY]
        for address, since in refused_since([user.email]).items():
            day = formats.date_format(timezone.localdate(since), "DATE_FORMAT")
            said = _("Mail to %(address)s is refused since %(day)s. Give another address under My settings.")
            messages.warning(request, said % {"address": address, "day": day})
        response: HttpResponse = super().post_login(request, user, signal_kwargs=signal_kwargs, **more)
        return response

    def get_login_stages(self) -> list[str]:
        """As allauth has them, with our second factor in the place of its own."""
        ours = f"{SecondFactor.__module__}.{SecondFactor.__qualname__}"
        theirs = f"{AuthenticateStage.__module__}.{AuthenticateStage.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Asked after a password or code; not of who comes by a provider, which asks for its own."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if (self.login.signal_kwargs or {}).get("sociallogin"):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps TOTP secrets and recovery seeds encrypted under the installation's key."""

    def encrypt(self, text: str) -> str:
        return cipher_for("second factors").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher_for("second factors").decrypt(encrypted_text.encode()).decode()
