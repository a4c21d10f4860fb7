"""The wizard of a joint company: fill in, look at the effect, save (rules 1.6)."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from omloop.organisations.adding_page import environments_of
from omloop.organisations.forms import IMPOSSIBLE, why_refused
from omloop.organisations.founding import Company
from omloop.organisations.joint import JOINT, NEEDED, EffectRow, Party, Place, Plan, carry_out, effect_of
from omloop.organisations.members import Member
from omloop.organisations.models import Identifier, Organisation
from omloop.organisations.queries import people_of_environment
from omloop.organisations.refusals import NumberImpossible, NumberThere, SharesRefused, WizardRefused
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.views import member_of
from omloop.people.models import Person

PARTIES = ("first", "second")
REFUSED = (WizardRefused, NumberImpossible, NumberThere, SharesRefused)
WORK = [
    (DefaultGroup.READER.value, _("read everything, change nothing")),
    (DefaultGroup.FINANCE.value, _("do the bookkeeping")),
    (DefaultGroup.APPROVER.value, _("approve invoices")),
    (DefaultGroup.CHECKER.value, _("check invoices")),
]


class PlaceForm(forms.Form):
    """An organisation that is there, or a new one by name and number."""

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), required=False, coerce=UUID, empty_value=None
    )
    name = forms.CharField(label=_("Name of the new one"), max_length=200, required=False)
    kvk = forms.CharField(label=_("KvK number of the new one"), max_length=20, required=False)

    def __init__(self, *arguments: Any, organisations: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*arguments, **more)
        choices = [("", gettext("Make a new one")), *((str(each.id), each.name) for each in organisations)]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of both."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("organisation"):
            if not cleaned.get("name"):
                self.add_error("name", gettext("Choose an organisation, or type the name of the new one."))
            if not cleaned.get("kvk"):
                self.add_error("kvk", gettext("Type the KvK number of the new one."))
        return cleaned

    def place(self, kind: str) -> Place:
        """What was chosen."""
        chosen = self.cleaned_data
        if chosen["organisation"]:
            return Place(organisation_id=chosen["organisation"])
        return Place(company=Company(name=chosen["name"], kvk=chosen["kvk"], kind=kind))


class PartyForm(PlaceForm):
    """A party: its holding, its share and its people."""

    percent = forms.DecimalField(
        label=_("Share in the joint company, in percent"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        decimal_places=2,
        localize=True,
        initial=50,
        error_messages={"invalid": _("Type a number, as 40 or 33,33.")},
    )
    administrators = forms.TypedMultipleChoiceField(
        label=_("Administrators: they manage members and settings"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Each party needs at least one administrator of its own.")},
    )
    people = forms.TypedMultipleChoiceField(
        label=_("People who see its invoices"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    group = forms.ChoiceField(label=_("What these people do"), choices=WORK)

    def __init__(self, *arguments: Any, people: Sequence[Person], **more: Any) -> None:
        super().__init__(*arguments, **more)
        for name in ("administrators", "people"):
            self.fields[name].choices = [(str(person.id), person.name) for person in people]  # type: ignore[attr-defined]

    def party(self) -> Party:
        """What was chosen."""
        chosen = self.cleaned_data
        return Party(
            key=str(self.prefix),
            holding=self.place(Organisation.Kind.HOLDING),
            percent=chosen["percent"],
            administrators=frozenset(chosen["administrators"]),
            people=frozenset(chosen["people"]),
            group=chosen["group"],
        )


class Wizard:
    """The three forms of the page, and what they say together."""

    def __init__(self, data: Any, environment_id: UUID, actor: Member, now: datetime) -> None:
        self.environment_id, self.actor, self.now = environment_id, actor, now
        places = list(_arranged_by(actor, environment_id))
        people = people_of_environment(environment_id, now=now)
        self.parties = [
            PartyForm(data, prefix=key, organisations=places, people=people, label_suffix="")
            for key in PARTIES
        ]
        self.joint = PlaceForm(data, prefix=JOINT, organisations=places)
        self.refused = ""

    def plan(self) -> Plan | None:
        """The plan; None while something is wrong with a field."""
        are_valid = [form.is_valid() for form in (*self.parties, self.joint)]  # All of them, to say all.
        if not all(are_valid):
            return None
        first, second = (form.party() for form in self.parties)
        return Plan(self.environment_id, self.joint.place(Organisation.Kind.OPERATING), (first, second))

    def effect(self) -> list[EffectRow]:
        """Who will see what; nothing when the plan can't be, and `refused` says why."""
        plan = self.plan()
        try:
            return effect_of(plan, actor=self.actor, now=self.now) if plan else []
        except REFUSED as refused:
            self.refused = _explain(refused)
            return []

    def save(self) -> UUID | None:
        """Carry it out whole; None when it can't be, and `refused` says why."""
        plan = self.plan()
        try:
            with transaction.atomic():
                return carry_out(plan, actor=self.actor, now=self.now) if plan else None
        except REFUSED as refused:
            self.refused = _explain(refused)
            return None


@require_http_methods(["GET", "HEAD", "POST"])
def joint_company(request: HttpRequest) -> HttpResponse:
    """The wizard: it saves only what its visitor has seen the effect of."""
    environments = environments_of(member_of(request))
    chosen = _chosen(request, environments)
    sent = request.POST if request.method == "POST" else None
    wizard = Wizard(sent, chosen, member_of(request), timezone.now())
    seen = _digest(request)
    if sent is not None and "save" in sent and sent.get("seen") == seen and (made := wizard.save()):
        messages.success(request, gettext("The holdings and the joint company are arranged."))
        return redirect("organisation", made)
    effect = wizard.effect() if sent is not None and not wizard.refused else []
    context = {"wizard": wizard, "effect": effect, "seen": seen, "environments": environments}
    context |= {"chosen": chosen, "crossing": [row.person.name for row in effect if row.crosses]}
    is_wrong = sent is not None and not effect
    return render(request, "organisations/joint.html", context, status=422 if is_wrong else 200)


def _digest(request: HttpRequest) -> str:
    """What was filled in, in short: when it differs from what was shown, it is shown again."""
    left_out = {"csrfmiddlewaretoken", "seen", "save", "show"}
    names = sorted(name for name in request.POST if name not in left_out)
    filled = [(name, sorted(request.POST.getlist(name))) for name in names]
    return sha256(json.dumps(filled).encode()).hexdigest()


def _chosen(request: HttpRequest, environments: list[tuple[UUID, str]]) -> UUID:
    """The environment of the page: the one that was asked for, when he may add there; else the first."""
    asked = request.POST.get("environment") or request.GET.get("environment", "")
    return next((key for key, _name in environments if str(key) == asked), environments[0][0])


def _arranged_by(actor: Member, environment_id: UUID) -> Iterator[Organisation]:
    """The organisations that he may arrange."""
    for found in Organisation.objects.filter(environment_id=environment_id).order_by("name", "id"):
        if all(actor.can(right, found.id) for right in NEEDED):
            yield found


def _explain(refused: Exception) -> str:
    match refused:
        case NumberImpossible():
            return str(IMPOSSIBLE[Identifier.Scheme(refused.scheme)])
        case NumberThere():
            return gettext("An organisation of this environment has the KvK number %(number)s already.") % {
                "number": refused
            }
        case SharesRefused():
            return why_refused(refused)
    return {
        "joint": gettext("Choose three different organisations: each party's own, and the joint one."),
        "percent": gettext("Together the shares are more than 100%. Lower one of them."),
        "people": gettext(
            "Somebody stands at both parties, and would see both holdings. Take him out at one of them."
        ),
        "administrators": gettext("Each party needs at least one administrator of its own."),
        "own": gettext(
            "You can't give yourself rights. Another administrator does that, after you have saved this."
        ),
    }[getattr(refused, "field", "joint")]
