"""The page *Mijn instellingen*: what a person sets about himself (rules 1.1)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omloop.environments.models import EnvironmentRole
from omloop.joining.entrance import OPEN, person_of
from omloop.joining.settings_form import SettingsForm
from omloop.organisations.middleware import MemberRequest
from omloop.people.mailing import refused_since
from omloop.people.models import Person
from omloop.people.services import verified_addresses


@require_http_methods(OPEN)
def my_settings(request: MemberRequest) -> HttpResponse:
    """Name, language, time zone, digest; my addresses; the environments where I have a place."""
    person = Person.objects.get(
        id=person_of(request).id
    )  # its own copy: a refused form leaves the page's alone
    form = SettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        with translation.override(saved.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("my_settings")
    held = EnvironmentRole.objects.at(timezone.now()).filter(person_id=person.id)
    context = {
        "form": form,
        "addresses": verified_addresses(person),
        "refused_since": refused_since([person.email]).get(person.email),
        "today": timezone.localdate(),
        "roles": held.select_related("environment").order_by("environment__name", "id"),
    }
    return render(request, "joining/settings.html", context, status=422 if request.method == "POST" else 200)
