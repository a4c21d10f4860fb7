"""The forms of coming in, and of letting in."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from omloop.environments.models import Environment, EnvironmentRole
from omloop.joining.invitations import Offer
from omloop.joining.queries import partners_of
from omloop.organisations.members import Member
from omloop.organisations.models import Group, Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.people.models import Person
from omloop.people.services import add_person

Role = EnvironmentRole.Role


class OneLine(forms.CharField):
    """A name: spaces in a row, and line breaks, become one space."""

    def clean(self, value: Any) -> str:
        return str(super().clean(" ".join(str(value or "").split())))


class AddressForm(forms.Form):
    """The one thing that is asked before an address is proven: the address."""

    email = forms.EmailField(
        label=_("Your e-mail address at work"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Fill in your e-mail address."),
            "invalid": _("This address is not complete. It looks like name@company.nl."),
        },
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NewAccountForm(forms.Form):
    """Name and password of who proved this address by a link that was mailed to it."""

    name = OneLine(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Fill in your name, as colleagues know it.")},
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, data: Any = None, *, address: str) -> None:
        super().__init__(data)
        self.address = address
        self.fields["password"].help_text = _(
            "At least %(count)d characters; a short sentence is fine. Not your name or address."
        ) % {"count": shortest_password()}

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        someone = Person(email=self.address, name=chosen.get("name", ""))
        try:
            validate_password(chosen.get("password", ""), someone)
        except ValidationError as weak:
            if "password" in chosen:
                self.add_error("password", weak)
        return chosen

    def save(self, *, language: str) -> Person:
        """Make the account; raises AddressTaken."""
        chosen = self.cleaned_data
        return add_person(
            email=self.address, name=chosen["name"], password=chosen["password"], language=language
        )


class EnvironmentNameForm(forms.Form):
    """How an environment is called."""

    name = OneLine(
        label=_("Name of the environment"),
        max_length=120,
        help_text=_("As everybody in it knows it: the group, the office, the company."),
        error_messages={"required": _("Give the environment a name.")},
    )


class JoiningForm(forms.Form):
    """Whether people of a verified domain join at once."""

    joins_by_domain = forms.BooleanField(
        label=_("People with an address in one of these domains join at once"), required=False
    )


class DomainForm(forms.Form):
    """One of the domains of which the administrator has a verified address."""

    domain = forms.ChoiceField(
        label=_("Domain"),
        error_messages={
            "required": _("Choose a domain."),
            "invalid_choice": _(
                "You have no verified address in this domain. Add one to your account first."
            ),
        },
    )

    def __init__(self, data: Any = None, *, domains: list[str]) -> None:
        super().__init__(data)
        self.fields["domain"].choices = [(domain, domain) for domain in domains]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """Somebody's role in an environment."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    adds_organisations = forms.BooleanField(label=_("May add organisations"), required=False)


class InvitationForm(forms.Form):
    """Whom one invites, and as what: only what the inviter himself may give is offered."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The invitation is for this address: who has another one can't accept it."),
        error_messages={
            "required": _("Fill in the address of whom you invite."),
            "invalid": _("This address is not complete. It looks like name@company.nl."),
        },
    )
    environment = forms.ChoiceField(label=_("Environment"))
    role = forms.ChoiceField(
        label=_("Role in the environment"), choices=Role.choices, widget=forms.RadioSelect, initial=Role.BASIC
    )
    adds_organisations = forms.BooleanField(label=_("May add organisations"), required=False)
    organisation = forms.ChoiceField(
        label=_("Organisation"), error_messages={"required": _("Choose an organisation.")}
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups in that organisation"), widget=forms.CheckboxSelectMultiple, required=False
    )
    partner = forms.ChoiceField(
        label=_("From a partner"),
        required=False,
        help_text=_(
            "Then there is no role here, only the place in that organisation. Who accepts needs a place at "
            "the partner, and is a member as long as you are partners."
        ),
    )

    def __init__(self, data: Any = None, *, member: Member, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        managed = Organisation.objects.filter(id__in=member.where(Right.MANAGE_MEMBERS))
        self.places = list(managed.filter(environment_id__in=member.belongs_to))
        self._offer_environments(member)
        self._offer_places()
        self._offer_partners()

    def _offer_environments(self, member: Member) -> None:
        """Administrators choose environment and role; others invite into their organisations only."""
        held = list(Environment.objects.filter(id__in=member.environments).order_by("name", "id"))
        if not held:
            for name in ("environment", "role", "adds_organisations"):
                del self.fields[name]
            return
        self._choices("environment", [(str(each.id), each.name) for each in held])
        self.fields["organisation"].required = False
        if len(held) == 1:
            self.fields["environment"].initial = held[0].id
            self.fields["environment"].widget = forms.HiddenInput()

    def _offer_places(self) -> None:
        if not self.places:
            del self.fields["organisation"], self.fields["groups"]
            return
        nobody = [("", _("No organisation yet"))] if "environment" in self.fields else [("", _("Choose…"))]
        named = [(str(each.id), each.name) for each in sorted(self.places, key=lambda each: each.name)]
        self._choices("organisation", [*nobody, *named])
        self._choices("groups", group_choices(each.id for each in self.places))

    def _offer_partners(self) -> None:
        """The partners of the environments of these organisations."""
        environment_ids = sorted({each.environment_id for each in self.places})
        self.partners = partners_of(environment_ids)
        if not self.partners:
            del self.fields["partner"]
            return
        named = [
            (str(each.id), each.partner_name(environment_id))
            for each in self.partners
            for environment_id in environment_ids
            if each.is_between(environment_id)
        ]
        nobody = ("", _("No, somebody of the environment itself"))
        self._choices("partner", [nobody, *sorted(dict(named).items(), key=lambda each: each[1].casefold())])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if chosen.get("organisation") and not chosen.get("groups"):
            self.add_error("groups", _("Choose at least one group: without one there is no place."))
        if chosen.get("partner") and not self._is_partner(chosen["partner"]):
            self.add_error("organisation", _("Choose an organisation of which this one is a partner."))
        return chosen

    def _is_partner(self, partnership_id: str) -> bool:
        place = self._place()
        chosen = next((each for each in self.partners if str(each.id) == partnership_id), None)
        return place is not None and chosen is not None and chosen.is_between(place.environment_id)

    @property
    def environment_id(self) -> UUID:
        """The environment of the chosen organisation, else the chosen one."""
        place = self._place()
        return place.environment_id if place else UUID(self.cleaned_data["environment"])

    @property
    def offer(self) -> Offer:
        """As what he is invited."""
        chosen, place = self.cleaned_data, self._place()
        groups = tuple(chosen.get("groups") or ()) if place else ()
        if place and chosen.get("partner"):
            partnership_id = UUID(chosen["partner"])
            return Offer(organisation_id=place.id, groups=groups, partnership_id=partnership_id)
        return Offer(
            role=chosen.get("role") or Role.BASIC,
            adds_organisations=bool(chosen.get("adds_organisations")),
            organisation_id=place.id if place else None,
            groups=groups,
        )

    def _place(self) -> Organisation | None:
        wanted = self.cleaned_data.get("organisation")
        return next((each for each in self.places if str(each.id) == wanted), None)


def shortest_password() -> int:
    """How many characters a password has at least."""
    validators = get_default_password_validators()
    return next((each.min_length for each in validators if isinstance(each, MinimumLengthValidator)), 1)


def group_choices(organisation_ids: Any) -> list[tuple[str, Any]]:
    """The groups of these organisations, by name: the default ones first, in their order."""
    found = Group.objects.filter(organisation_id__in=list(organisation_ids)).values_list("name", "default")
    own = sorted({name for name, default in found if not default})
    standard = {name for name, default in found if default}
    return [
        *((each.value, each.label) for each in DefaultGroup if each.value in standard),
        *((name, name) for name in own),
    ]
