"""In words: what stands in the way of a move and what to do about it, why it stopped, what is counted."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.circulation.routing.why import group_name
from omloop.organisations.rights import DefaultGroup
from omloop.relocation.moves import refusals
from omloop.relocation.moves.findings import Conflict, Kind, conflict_from
from omloop.relocation.moves.refusals import MoveRefused

Names = Mapping[UUID, str]


def tell_conflict(conflict: Conflict, names: Names) -> str:
    """One sentence or two: what is wrong, and what to do next (rules 7.6)."""
    name = conflict.name
    if conflict.kind == Kind.GROUP_EMPTY:
        name = group_name(name, name if name in DefaultGroup.values else "")
    parts = {
        "place": names.get(conflict.organisation_id, name) if conflict.organisation_id else name,
        "person": names.get(conflict.person_id, "") if conflict.person_id else "",
        "other": names.get(conflict.other_id, "") if conflict.other_id else "",
        "group": name,
    }
    return _sentences()[conflict.kind] % parts


def _sentences() -> dict[Kind, str]:
    return {
        Kind.GONE: _("%(place)s is not in this environment any more. Make a new plan without it."),
        Kind.ALREADY_MOVING: _("%(place)s is moving by another plan. Wait until that is done."),
        Kind.ENDING: _("%(place)s is to close, open or lose documents. Settle that first, or call it off."),
        Kind.NO_CHOICE: _("Choose what becomes of %(person)s."),
        Kind.WORKS_ELSEWHERE: _(
            "%(person)s also works in an organisation that stays behind. Choose “works in both”."
        ),
        Kind.NO_SUCCESSOR: _("%(place)s: choose who takes over from %(person)s."),
        Kind.SUCCESSOR_LEAVES: _(
            "%(place)s: %(other)s takes over from %(person)s, but is no member afterwards. Choose another."
        ),
        Kind.RIGHT_MISSING: _(
            "%(place)s: %(other)s lacks a right that an open task of %(person)s needs. Grant it, or choose "
            "somebody else."
        ),
        Kind.NOT_CONFIDENTIAL: _(
            "%(place)s: an open task of %(person)s is about a confidential invoice, which %(other)s may not "
            "see. Choose somebody else."
        ),
        Kind.BARRED: _(
            "%(place)s: %(other)s already approved an invoice that waits for %(person)s, and another pair of "
            "eyes must look. Choose somebody else."
        ),
        Kind.OWN_SUBSTITUTE: _(
            "%(place)s: %(person)s stands in for %(other)s, and nobody stands in for himself. Choose "
            "somebody else."
        ),
        Kind.NO_ADMINISTRATOR: _(
            "%(place)s would have no administrator. Let one come along, or make somebody administrator first."
        ),
        Kind.NOBODY_LEFT_BEHIND: _(
            "The environment that is left would have no administrator. Let one stay or work in both."
        ),
        Kind.GROUP_EMPTY: _(
            "%(place)s: nobody would be left in the group %(group)s, which is asked something. Let somebody "
            "of it come along, or add somebody to it first."
        ),
        Kind.NO_CLOSING_DATE: _(
            "%(person)s reads on: fill in the closing date and the last day of reading, or choose that "
            "access ends."
        ),
        Kind.NOTHING_LEFT_TO_READ: _(
            "%(person)s reads on, but the last day of reading is over. Choose a later day, or that access "
            "ends."
        ),
    }


def tell_stop(reasons: list[dict[str, str]], names: Names) -> list[str]:
    """Why nothing happened, and what to do next."""
    return [_tell_reason(reason, names) for reason in reasons]


def _tell_reason(reason: dict[str, str], names: Names) -> str:
    if reason["kind"] in set(Kind):
        return tell_conflict(conflict_from(reason), names)
    return {
        "unequal": _("What was counted before was not there any more: %(what)s. Ask the operator."),
        "damaged": _("A stored file is damaged: %(what)s. Ask the operator to put it back from a backup."),
        "busy": _("An organisation was in use all the time. Send the plan again, in a quiet hour."),
        "no_consent": _("Not both sides consented any more. Send the plan again."),
        "no_other_side": _("Nobody with that address has an account any more. Make a new plan."),
        "worker": _("The program that moves stopped several times. Ask the operator, then send it again."),
    }[reason["kind"]] % {"what": reason["name"]}


def tell_refusal(refusal: MoveRefused) -> str:
    """Why this was not done, and what to do next."""
    texts: dict[type[MoveRefused], str] = {
        refusals.PlanIsClosed: _("This plan can't be changed any more. Below you see where it stands."),
        refusals.NotAsked: _("This plan does not wait for consent. Below you see where it stands."),
        refusals.OtherVersion: _("The plan was changed meanwhile. Read it again before you consent."),
        refusals.EnvironmentNotYours: _("Choose an environment that you administer."),
        refusals.OpenConflicts: _("Something still stands in the way. Below you see what, and what to do."),
        refusals.TooLateToUndo: _("This move can't be undone: that goes once, within 30 days."),
        refusals.UndoUnderWay: _("There is a plan to move this back already. You find it in the list."),
    }
    return texts.get(type(refusal), _("This was not possible. Nothing has changed."))


def label_of(table: str) -> str:
    """What a table holds, for people; a table without a name of its own here is called as it is."""
    return {
        "organisations_organisation": _("Organisation"),
        "organisations_group": _("Groups"),
        "organisations_groupright": _("Rights of groups"),
        "organisations_membership": _("Members"),
        "organisations_groupmember": _("Members of groups"),
        "organisations_approvallimit": _("Approval limits"),
        "organisations_connectionkey": _("Connection keys"),
        "intake_document": _("Documents"),
        "coding_confidentialaccount": _("Confidential ledger accounts"),
        "intake_setaside": _("Files set aside"),
        "intake_delivery": _("Deliveries"),
        "intake_container": _("Mails and ZIP files"),
        "intake_part": _("Files in mails and ZIP files"),
        "intake_idempotencykey": _("Answers to programs"),
        "mailbox_mailbox": _("Mailbox"),
        "mailbox_watchedfolder": _("Watched folder"),
        "invoices_invoice": _("Invoices"),
        "invoices_invoiceline": _("Invoice lines"),
        "invoices_attachment": _("Attachments"),
        "invoices_addedattachment": _("Added attachments"),
        "invoices_validation": _("Validations"),
        "invoices_release": _("Releases"),
        "invoices_duplicate": _("Duplicates"),
        "invoices_cancellation": _("Cancelled invoices"),
        "invoices_misdelivery": _("Files from another organisation"),
        "invoices_confidentialsupplier": _("Confidential suppliers"),
        "recognition_recognition": _("Words of PDFs and images"),
        "recognition_typing": _("Typed invoice data"),
        "recognition_layout": _("Layouts of suppliers"),
        "coding_ledgeraccount": _("Ledger accounts"),
        "coding_vatcode": _("VAT codes"),
        "coding_costcentre": _("Cost centres"),
        "coding_costunit": _("Cost units"),
        "coding_codingline": _("Coding lines"),
        "coding_codingtemplate": _("Coding templates"),
        "coding_templateline": _("Lines of coding templates"),
        "coding_divisionkey": _("Division keys"),
        "coding_divisionshare": _("Shares of division keys"),
        "disputes_dispute": _("Disputes"),
        "disputes_disputenote": _("Notes of disputes"),
        "booking_closing": _("Closed months"),
        "booking_fixedaccounts": _("Fixed accounts"),
        "booking_batch": _("Exports"),
        "booking_exportprofile": _("Profiles of exports"),
        "booking_creditor": _("Creditor numbers"),
        "booking_exportfolder": _("Folder of exports"),
        "booking_booking": _("Bookings"),
        "booking_bookingline": _("Lines of bookings"),
        "payees_supplieraccount": _("Bank accounts of suppliers"),
        "payees_accountcheck": _("Checks of bank accounts"),
        "payees_payee": _("Bank accounts on invoices"),
        "payments_paymentoption": _("Settings of payment files"),
        "payments_paymentbatch": _("Payment files"),
        "payments_payment": _("Payments"),
        "absences_absencecover": _("Absences"),
        "absences_absencedefault": _("Options of absences"),
        "absences_lentright": _("Lent rights"),
        "papers_pdfoption": _("Settings of PDFs"),
        "papers_pdflook": _("Logo and colour of PDFs"),
        "sending_customer": _("Customers"),
        "sending_sellersettings": _("Settings of sending"),
        "sending_numberseries": _("Number series"),
        "sending_numbercounter": _("Next numbers"),
        "sending_salesinvoice": _("Sales invoices"),
        "sending_salesattachment": _("Attachments of sales invoices"),
        "sending_sentstatus": _("Statuses of sales invoices"),
        "retention_financialyear": _("Financial year"),
        "retention_keptlonger": _("Marks and legal holds"),
        "retention_removal": _("Lists of what may go"),
        "retention_destroyed": _("What was destroyed"),
        "circulation_schemerule": _("Rules of the scheme"),
        "circulation_schemestep": _("Steps of the scheme"),
        "circulation_step": _("Steps of invoices"),
        "circulation_assignment": _("Tasks"),
        "circulation_decision": _("Decisions"),
        "circulation_consultation": _("Questions for advice"),
        "notifications_notice": _("Notices"),
        "audit_event": _("Events of the audit trail"),
        "audit_seal": _("Seals of the audit trail"),
        "audit_signature": _("Signatures of the audit trail"),
        "audit_chain": _("Chain of the audit trail"),
    }.get(table, table)
