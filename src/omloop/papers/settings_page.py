"""The page of the PDF settings: the options, and what a change of them does."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Organisation
from omloop.papers.models import Direction, Generate
from omloop.papers.options import Options

TITLES: dict[str, str | Promise] = {
    Direction.RECEIVING: _("Invoices that you receive"),
    Direction.SENDING: _("Invoices that you send"),
}
MADE, SUPPLIED = _("the PDF made from the e-invoice"), _("the PDF that came along")
CASES: tuple[tuple[str | Promise, bool, bool], ...] = (
    (_("Without attachments"), False, False),
    (_("With a PDF of the invoice"), True, False),
    (_("With a PDF of the invoice and a time sheet"), True, True),
    (_("With a time sheet in Excel only"), False, True),
)
"""Invoices that one meets: whether a PDF came along, and whether something else did."""


@dataclass(frozen=True)
class Example:
    """What one gets of an invoice, now and after the change."""

    title: str | Promise
    before: list[str | Promise]
    after: list[str | Promise]

    @property
    def is_changed(self) -> bool:
        """Whether the change is felt here."""
        return self.before != self.after


@dataclass(frozen=True)
class Choice:
    """The options of a direction as the form shows them."""

    direction: str
    title: str | Promise
    options: Options
    examples: list[Example]


@dataclass(frozen=True)
class SettingsPage:
    """What is set, what is wanted, and what that comes to."""

    organisation: Organisation
    before: Mapping[str, Options]
    wanted: Mapping[str, Options]

    @property
    def is_changed(self) -> bool:
        """Whether something would change."""
        return self.before != self.wanted

    @property
    def choices(self) -> list[Choice]:
        """A block a direction."""
        return [
            Choice(each, TITLES[each], self.wanted[each], _examples(self.before[each], self.wanted[each]))
            for each in Direction.values
        ]

    @property
    def generate(self) -> list[tuple[str, str | Promise]]:
        """When a PDF can be made."""
        return [
            (Generate.WHEN_MISSING, _("Only when the e-invoice has no PDF attached")),
            (Generate.ALWAYS, _("Always")),
            (Generate.NEVER, _("Never")),
        ]


def asked_for(posted: Mapping[str, str]) -> dict[str, Options]:
    """The options that a form names; raises Http404 for what no form of ours says."""
    wanted = {}
    for direction in Direction.values:
        generate = posted.get(f"{direction}-generate", "")
        if generate not in Generate.values:
            raise Http404
        wanted[direction] = Options(generate, f"{direction}-merge" in posted)
    return wanted


def _examples(before: Options, wanted: Options) -> list[Example]:
    return [
        Example(title, pieces(before, has_pdf, has_other), pieces(wanted, has_pdf, has_other))
        for title, has_pdf, has_other in CASES
    ]


def pieces(options: Options, has_pdf: bool, has_other: bool) -> list[str | Promise]:
    """What the PDF of such an invoice holds, in order; empty where there is none."""
    is_made = options.makes_one(has_pdf=has_pdf)
    first = [MADE] if is_made else [SUPPLIED] if has_pdf else []
    if not options.merge:
        return list(first)
    rest = [SUPPLIED] if is_made and has_pdf else []
    page = [_("a page for the time sheet, with the file inside")] if has_other else []
    return [*first, *rest, *page]
