"""The page of the health of mailing, for the administrators of an environment."""

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.environments.models import Environment, EnvironmentRole
from omloop.joining.entrance import person_of
from omloop.joining.environment_page import find_environment
from omloop.notifications.queries import LATELY, health_in, mail_server, mails_about
from omloop.notifications.tasks import send_test
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.structure import show_structure_of
from omloop.people.mailing import KEPT, send_again


@require_safe
def mailing(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """What became of the mails to people of this environment: counts, states, the mail server's words."""
    environment, places = _find(request, environment_id)
    context = {
        "environment": environment,
        "health": health_in(environment_id, places, now=timezone.now()),
        "has_server": bool(mail_server()),
        "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "days": LATELY.days,
        "kept": KEPT.days,
        "today": timezone.localdate(),
    }
    return render(request, "notifications/mailing.html", context)


@require_POST
def mail_again(request: MemberRequest, environment_id: UUID, mail_id: UUID) -> HttpResponse:
    """Send a mail again that was not sent."""
    _environment, places = _find(request, environment_id)
    roles = EnvironmentRole.objects.at(timezone.now()).filter(environment_id=environment_id)
    concerned = {environment_id, *places, *roles.values_list("person_id", flat=True)}
    if not mails_about(concerned).filter(id=mail_id).exists():
        raise Http404
    if send_again(mail_id):
        messages.success(request, _("The mail is sent again, with the words of today."))
    else:
        messages.error(request, _("This mail was sent meanwhile or is tried again already. Nothing changed."))
    return redirect("mailing", environment_id)


@require_POST
def test_mail(request: MemberRequest, environment_id: UUID) -> HttpResponse:
    """A mail to who asks, by the way of all mails."""
    _find(request, environment_id)
    send_test.defer(person_id=str(request.member.person_id))
    said = _("A test mail to %(address)s is on its way. It stands here as soon as it was tried.")
    messages.success(request, said % {"address": person_of(request).email})
    return redirect("mailing", environment_id)


def _find(request: MemberRequest, environment_id: UUID) -> tuple[Environment, list[UUID]]:
    environment = find_environment(request.member, environment_id)
    return environment, show_structure_of(environment_id, request.member)
