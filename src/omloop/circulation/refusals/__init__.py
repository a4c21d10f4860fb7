"""What the gate and its neighbours refuse, in the reader's language: what, why, and what to do next."""

from uuid import UUID

from django.utils.translation import gettext as _


class Refusal(Exception):
    """An action on an invoice in circulation that can't be done; the message is for people."""


class UnknownAssignment(Refusal):
    """No such task, or one that this person can't see."""

    def __init__(self) -> None:
        super().__init__(_("This task does not exist."))


class NotAPerson(Refusal):
    """Only people decide: a job, a timer or the operator never does."""

    def __init__(self) -> None:
        super().__init__(_("Only a person decides on an invoice; sign in as one."))


class AlreadyDecided(Refusal):
    """Somebody else was first; says who, and what."""

    def __init__(self, *, person_id: UUID | None, name: str, action: str, message: str) -> None:
        super().__init__(message)
        self.person_id, self.name, self.action = person_id, name, action


class NotTheHolder(Refusal):
    """The task waits for somebody else."""

    def __init__(self) -> None:
        super().__init__(_("This invoice waits for somebody else. Ask that person, or the administration."))


class NotEntitled(Refusal):
    """The right for this action is missing now, whatever it was when the page was made."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You don't have the right for this (any more). "
                "An administrator of the organisation can give it; nothing was decided."
            )
        )


class FourEyes(Refusal):
    """Another person must approve: he, or the one he acts for, decided on this invoice before."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Another pair of eyes must look: you, or the person you act for, "
                "already decided on this invoice. Somebody else has to."
            )
        )


class CheckedTheAccount(Refusal):
    """Who recorded or confirmed the check of the bank account doesn't approve that invoice (rules 2.9)."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You, or the person you act for, checked the bank account of this invoice. "
                "Somebody else approves it."
            )
        )


class ActionNotAsked(Refusal):
    """The step asks for something else."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            _("This step asks you to approve, not to check.")
            if asked == "approve"
            else _("This step asks you to check, not to approve.")
            if asked == "check"
            else _("This step asks you to code the invoice.")
        )


class CodingIncomplete(Refusal):
    """Circulation goes on when the whole amount is coded."""

    def __init__(self) -> None:
        super().__init__(_("The invoice is not coded in full yet. Code all of its amount, then send it on."))


class RemarkMissing(Refusal):
    """Whoever returns or rejects says why."""

    def __init__(self) -> None:
        super().__init__(_("Write why: whoever gets the invoice next must know what is wrong."))


class NotInCirculation(Refusal):
    """The invoice is not under way."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is not in circulation."))


class OnHold(Refusal):
    """The task is on hold: it is released before somebody decides."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is on hold. Read why, release it, and then decide."))


class NotOnHold(Refusal):
    """There is nothing to release."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is not on hold (any more)."))


class NoDayToCome(Refusal):
    """On hold until a day that has come already."""

    def __init__(self) -> None:
        super().__init__(
            _("Choose a day after today, or none: then it is on hold until somebody releases it.")
        )


class ReasonMissing(Refusal):
    """Whoever puts an invoice on hold says why."""

    def __init__(self) -> None:
        super().__init__(_("Write why it is on hold: whoever looks at it meanwhile must know."))


class NotAnEarlierDecider(Refusal):
    """An invoice returns to the administration, or to someone else who decided on it before."""

    def __init__(self) -> None:
        super().__init__(_("Return it to the administration, or to somebody else who decided on it before."))


class NobodyToName(Refusal):
    """The task is with somebody who can do it: there is no question whose invoice it is."""

    def __init__(self) -> None:
        super().__init__(_("This invoice waits for somebody who can decide; it can't be handed over here."))


class CannotBeNamed(Refusal):
    """The person whose invoice it would be can't do this step."""

    def __init__(self, standing: str) -> None:
        reasons = {
            "inactive": _("This person is not active any more. Name somebody else."),
            "right_missing": _("This person has no right for this step. Name somebody else."),
            "not_confidential": _("This person may not see confidential invoices. Name somebody else."),
            "barred": _("This person has a part in this invoice already: another pair of eyes must look."),
        }
        super().__init__(reasons[standing])


class NobodyNamed(Refusal):
    """Forwarded to nobody."""

    def __init__(self) -> None:
        super().__init__(_("Choose to whom you forward it: one person or several."))


class NotOfAGroup(Refusal):
    """The task is no group's, or was not taken from one."""

    def __init__(self) -> None:
        super().__init__(_("This task waits for one person and not for a group; there is nothing to take."))


class AboveLimit(Refusal):
    """In bulk an amount above the limit is left alone: there it would pass for an approval unseen."""

    def __init__(self) -> None:
        super().__init__(
            _("The amount is above your limit. Open the invoice: there your approval counts as a check.")
        )


class CannotTakeBack(Refusal):
    """Nobody stands in for him in this task."""

    def __init__(self) -> None:
        super().__init__(_("Nobody has this invoice for you, so there is nothing to take back."))


class UnknownDecision(Refusal):
    """No such decision, or one that this person can't see."""

    def __init__(self) -> None:
        super().__init__(_("This decision does not exist."))


class NotYourDecision(Refusal):
    """Only who decided withdraws it."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else decided this; only that person can withdraw it. You can return the invoice.")
        )


class AlreadyWithdrawn(Refusal):
    """There is nothing to withdraw any more."""

    def __init__(self) -> None:
        super().__init__(_("This decision was withdrawn already."))


class BookedSince(Refusal):
    """The invoice is in an export to the bookkeeping package."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This invoice is booked. Ask the administration to reverse the booking, "
                "then it can be changed."
            )
        )


class DisputedSince(Refusal):
    """The invoice was rejected, and is disputed for that."""

    def __init__(self) -> None:
        super().__init__(
            _("This invoice is disputed with the supplier. Let who does that end the dispute first.")
        )


class SomethingFollowed(Refusal):
    """Somebody decided after it and rests on it, or its step is over."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Since your decision somebody else decided, or the invoice took another way, so yours stays. "
                "Ask who has the invoice now to return it to you."
            )
        )


class NotUnderWay(Refusal):
    """Only what is in circulation follows the scheme anew."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is not in circulation (any more), so it keeps its steps."))


class StillToBeCoded(Refusal):
    """It will follow the scheme once it is coded."""

    def __init__(self) -> None:
        super().__init__(
            _("This invoice is still to be coded. After that it follows the scheme of that day by itself.")
        )
