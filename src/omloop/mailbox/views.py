"""Incoming mail, and the page on which an organisation says how its mail comes in."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.intake import files
from omloop.intake.models import Container
from omloop.invoices.downloads import as_download
from omloop.mailbox.changing import mailbox_of, renew_address
from omloop.mailbox.forms import MailboxForm
from omloop.mailbox.letting_in import answer_mail
from omloop.mailbox.models import TROUBLES
from omloop.mailbox.queries import IncomingPage, may_answer, sees_incoming, visible_to
from omloop.mailbox.reading import NAME, server_of, try_server
from omloop.mailbox.refusals import AlreadyAnswered
from omloop.mailbox.secrets import address_with, unseal
from omloop.organisations.members import system_scope
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.views import managed, member_of
from omloop.outgoing.imap import Trouble
from omloop.web.errors import conflict

QUESTION = "mailbox_to_try"
"""In a session: the organisation whose mailbox is tried next."""


@require_safe
def incoming(request: MemberRequest) -> HttpResponse:
    """What came in as a mail or ZIP, and what came of each file in it."""
    if not sees_incoming(request.member):
        raise PermissionDenied
    return render(request, "mailbox/incoming.html", {"page": IncomingPage.read(request.member, request.GET)})


@require_safe
def original_mail(request: MemberRequest, container_id: UUID) -> HttpResponse:
    """The bytes as they came in."""
    found = _container(request, container_id)
    if not found.sha256:
        raise Http404
    name = found.filename or f"{found.id}.eml"
    return as_download(files.read(found.organisation_id, found.sha256), name)


@require_POST
def answer(request: MemberRequest, container_id: UUID) -> HttpResponse:
    """Let in or refuse a mail of an unknown sender."""
    found = _container(request, container_id)
    if not may_answer(request.member, found):
        raise PermissionDenied
    lets_in = request.POST.get("answer") == "let_in"
    try:
        answer_mail(
            found.id,
            lets_in=lets_in,
            trusts="trust" in request.POST,
            actor=request.member,
            now=timezone.now(),
        )
    except AlreadyAnswered:
        return conflict(request, _("Somebody answered before you, so nothing has changed."))
    said = _("The mail is being taken in.") if lets_in else _("The mail is refused. It is kept all the same.")
    messages.success(request, said)
    return redirect("incoming")


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """How mail for an organisation comes in; the second button also tries the connection."""
    found = managed(request, organisation_id)
    box = mailbox_of(organisation_id)
    form = MailboxForm(request.POST if request.method == "POST" else None, mailbox=box)
    if request.method == "POST" and form.save(actor=member_of(request), now=timezone.now()):
        messages.success(request, _("The mailbox is saved."))
        if "try" not in request.POST:
            return redirect("mailbox", organisation_id)
        request.session[QUESTION] = str(organisation_id)
        return redirect("try_mailbox")
    context = {
        "organisation": found,
        "form": form,
        "mailbox": box,
        "trouble": TROUBLES[Trouble(box.trouble)] if box.trouble else "",
        "has_address": bool(settings.MAILBOX),
        "address": address_with(unseal(box.address_secret)),
    }
    return render(request, "mailbox/mailbox.html", context, status=422 if form.is_bound else 200)


@require_POST
def renew_mail_address(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Make the secret address of an organisation, or another one."""
    managed(request, organisation_id)
    renew_address(organisation_id=organisation_id, actor=member_of(request), now=timezone.now())
    messages.success(request, _("There is a new address. Mail to the one before leads nowhere from now on."))
    return redirect("mailbox", organisation_id)


@require_safe
def try_mailbox(request: HttpRequest) -> HttpResponse:
    """Try the mailbox that was just saved, with no transaction open meanwhile."""
    asked = request.session.pop(QUESTION, None)
    if asked is None:
        return redirect("organisations")
    with system_scope(NAME, UUID(asked)):
        server = server_of(mailbox_of(UUID(asked)))
    trouble = try_server(server)
    if trouble:
        messages.warning(request, TROUBLES[Trouble(trouble)])
    else:
        messages.success(request, _("The connection works: the folder can be read."))
    return redirect("mailbox", asked)


try_mailbox.in_member_scope = False  # type: ignore[attr-defined]


def _container(request: MemberRequest, container_id: UUID) -> Container:
    found = visible_to(request.member).filter(id=container_id).first()
    if found is None:
        raise Http404
    return found
