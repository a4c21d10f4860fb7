"""Division keys: the list, and making, changing and ending one (rules 3.8)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.coding.chart_pages import TITLES, find_place
from omloop.coding.division_form import SHARE, share_as_text, share_from
from omloop.coding.forms import Chart, CodeField, count_of
from omloop.coding.keys import NewShare, end_key, keep_key, keys_in
from omloop.coding.models import IS_CURRENT, DivisionKey
from omloop.coding.refusals import CodingRefused, KeyIsOver
from omloop.coding.wording import tell_refusal
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

FIRST_ROWS, MORE_ROWS = 3, 3
Rows = list["ShareForm"]


class NameForm(forms.Form):
    """What a key is called."""

    name = forms.CharField(label=gettext_lazy("Name of the key"), max_length=120)


class ShareForm(forms.Form):
    """What one cost centre or cost unit gets."""

    share = forms.RegexField(f"^{SHARE.pattern}$", label=gettext_lazy("Share"), required=False, max_length=14)

    def __init__(self, *args: Any, chart: Chart, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["share"].widget.attrs |= {"inputmode": "decimal"}
        centre, unit = gettext_lazy("Cost centre"), gettext_lazy("Cost unit")
        self.fields["centre"] = CodeField(label=centre, offered="centres", by_code=chart.centres)
        self.fields["unit"] = CodeField(label=unit, offered="units", by_code=chart.units)

    def clean(self) -> dict[str, Any]:
        """Who gets something, and how much, or neither."""
        said = super().clean() or {}
        gets = said.get("centre") or said.get("unit")
        if said.get("share") and not gets and not self.errors:
            self.add_error("centre", _("Choose who gets this share."))
        if gets and not said.get("share") and "share" not in self.errors:
            self.add_error("share", _("Fill in a share."))
        return said

    def new_share(self) -> NewShare | None:
        """The share, when one was filled in."""
        said = self.cleaned_data
        if not said["share"]:
            return None
        return NewShare(
            share=share_from(said["share"]),
            cost_centre_id=said["centre"] and said["centre"].id,
            cost_unit_id=said["unit"] and said["unit"].id,
        )


@require_safe
def keys(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The keys by which amounts are divided here."""
    place = find_place(request.member, organisation_id, to_change=False)
    manages = request.member.can(Right.MANAGE_SETTINGS, place.id)
    context = {"organisation": place, "keys": keys_in(place.id), "titles": TITLES, "manages": manages}
    codes = request.member.can(Right.CODE, place.id)
    return render(request, "coding/keys.html", {**context, "codes": codes})


@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """A key that is not there yet."""
    return _edit(request, find_place(request.member, organisation_id, to_change=True), None)


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: MemberRequest, organisation_id: UUID, division_key_id: UUID) -> HttpResponse:
    """A key as it is, to change; what it divided before stays as it is."""
    place = find_place(request.member, organisation_id, to_change=True)
    return _edit(request, place, _find(place, division_key_id))


@require_POST
def end(request: MemberRequest, organisation_id: UUID, division_key_id: UUID) -> HttpResponse:
    """End a key."""
    place = find_place(request.member, organisation_id, to_change=True)
    try:
        end_key(key=_find(place, division_key_id), actor=request.member, now=timezone.now())
    except KeyIsOver as over:
        messages.error(request, tell_refusal(over))
    else:
        messages.success(request, _("The key has ended. What it divided stays as it is."))
    return redirect("division_keys", place.id)


def _edit(request: MemberRequest, place: Organisation, found: DivisionKey | None) -> HttpResponse:
    chart, data = Chart.of(place.id), request.POST
    if request.method != "POST":
        return _show(request, place, found, NameForm(initial=_name(found)), _rows_of(found, chart), chart)
    name = NameForm(data)
    rows = [ShareForm(data, prefix=f"line{n}", chart=chart) for n in range(count_of(data))]
    if "more" in data:
        said = [{field: data.get(row.add_prefix(field), "") for field in row.fields} for row in rows]
        return _show(request, place, found, NameForm(initial=data.dict()), _rows(said, chart), chart)
    if all([name.is_valid(), *(row.is_valid() for row in rows)]) and _kept(request, place, found, name, rows):
        return redirect("division_keys", place.id)
    return _show(request, place, found, name, rows, chart, status=422)


def _kept(
    request: MemberRequest, place: Organisation, found: DivisionKey | None, name: NameForm, rows: Rows
) -> bool:
    try:
        with transaction.atomic():
            keep_key(
                organisation_id=place.id,
                name=name.cleaned_data["name"],
                shares=[share for row in rows if (share := row.new_share())],
                replaces=found,
                actor=request.member,
                now=timezone.now(),
            )
    except CodingRefused as refusal:
        name.add_error(None, tell_refusal(refusal))
        return False
    messages.success(request, _("The key is saved."))
    return True


def _show(
    request: MemberRequest,
    place: Organisation,
    found: DivisionKey | None,
    name: NameForm,
    rows: Rows,
    chart: Chart,
    *,
    status: int = 200,
) -> HttpResponse:
    offered = [each for each in chart.offered if each[0] in ("centres", "units")]
    context = {"organisation": place, "key": found, "name": name, "rows": rows, "offered": offered}
    return render(request, "coding/key.html", context, status=status)


def _find(place: Organisation, key_id: UUID) -> DivisionKey:
    found: DivisionKey = get_object_or_404(DivisionKey, IS_CURRENT, id=key_id, organisation=place)
    return found


def _name(found: DivisionKey | None) -> dict[str, str]:
    return {"name": found.name} if found else {}


def _rows_of(found: DivisionKey | None, chart: Chart) -> Rows:
    if found is None:
        return _rows([], chart)
    shares = found.shares.select_related("cost_centre", "cost_unit").order_by("position")
    said = [
        {
            "share": share_as_text(share.share),
            "centre": share.cost_centre.code if share.cost_centre else "",
            "unit": share.cost_unit.code if share.cost_unit else "",
        }
        for share in shares
    ]
    return _rows(said, chart)


def _rows(said: list[dict[str, str]], chart: Chart) -> Rows:
    filled = said + [{}] * (MORE_ROWS if said else FIRST_ROWS)
    return [ShareForm(prefix=f"line{n}", initial=each, chart=chart) for n, each in enumerate(filled)]
