"""What is done on the page of an organisation about connection keys: making one, and taking one back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from omloop.organisations.models import ConnectionKey, Organisation
from omloop.organisations.queries import find_organisation
from omloop.organisations.services import make_own_key, revoke_connection_key
from omloop.organisations.views import member_of


class KeyForm(forms.Form):
    """What a new key is for."""

    name = forms.CharField(
        label=gettext_lazy("What is the key for?"),
        help_text=gettext_lazy("The program that will use it: bookkeeping, scanner."),
        max_length=80,
    )


@never_cache
@require_POST
def make_key(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Make a key for oneself; the answer is the only page that ever shows its text."""
    found = _find(request, organisation_id)
    form, context = KeyForm(request.POST), {"organisation": found}
    if not form.is_valid():
        return render(request, "organisations/key.html", {**context, "form": form}, status=422)
    name, actor = form.cleaned_data["name"], member_of(request)
    key, text = make_own_key(organisation_id=organisation_id, name=name, actor=actor, now=timezone.now())
    return render(request, "organisations/key.html", {**context, "key": key, "text": text})


@require_POST
def revoke_key(request: HttpRequest, organisation_id: UUID, key_id: UUID) -> HttpResponse:
    """Take a key back."""
    _find(request, organisation_id)
    key = get_object_or_404(ConnectionKey, id=key_id, organisation_id=organisation_id)
    revoke_connection_key(key=key, actor=member_of(request), now=timezone.now())
    messages.success(
        request, _("The key %(name)s is revoked: it opens nothing any more.") % {"name": key.name}
    )
    return redirect(f"{reverse('organisation', args=[organisation_id])}#connection-keys")


def _find(request: HttpRequest, organisation_id: UUID) -> Organisation:
    """The organisation, for a person who is a member there; a key makes and takes back no keys."""
    if organisation_id not in member_of(request).rights or hasattr(request, "connection_key"):
        raise Http404
    return find_organisation(member_of(request), organisation_id)
