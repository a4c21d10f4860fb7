"""The sentences of the pre-flight; %(name)s is the substitute, %(away)s the absent one (rules 4.5, 7.6)."""

from django.utils.translation import gettext as _


def cannot_check() -> str:
    """The right to check is missing."""
    return _(
        "%(name)s may not check at %(place)s: invoices to be checked go to the financial "
        "administration there."
    )


def cannot_approve() -> str:
    """The right to approve is missing."""
    return _(
        "%(name)s may not approve at %(place)s: invoices to be approved go to the financial "
        "administration there."
    )


def not_confidential() -> str:
    """He may not see confidential invoices, and that is not lent."""
    return _(
        "%(name)s may not see confidential invoices at %(place)s: those go to the group that may. This right "
        "can't be lent."
    )


def lower_limit() -> str:
    """He may approve less."""
    return _(
        "%(name)s approves up to %(amount)s at %(place)s, less than %(away)s: above that it counts as a "
        "check, and the next one who can is asked."
    )


def four_eyes() -> str:
    """The scheme wants two different people, and these are the two."""
    return _(
        "By rule %(rule)s at %(place)s both %(away)s and %(name)s are asked, and one person can't do both: "
        "the second step goes to the financial administration."
    )


def circle() -> str:
    """The substitutes refer to each other."""
    return _(
        "%(days)s the substitutes at %(place)s stand in for one another: invoices of those days go to the "
        "financial administration."
    )


def too_deep() -> str:
    """A fourth link."""
    return _(
        "%(days)s more than three people in a row are away at %(place)s: invoices of those days go to the "
        "financial administration."
    )


def away_too() -> str:
    """The substitute is away himself, and somebody stands in for him."""
    return _("%(days)s %(name)s is away too at %(place)s: %(other)s stands in then.")


def away_and_nobody() -> str:
    """The substitute is away himself, and who stands in for him can't decide."""
    return _(
        "%(days)s %(name)s is away too at %(place)s, and who stands in then may not decide: invoices of "
        "those days go to the financial administration."
    )
