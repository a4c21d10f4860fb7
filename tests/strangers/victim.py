"""A victim with a canary in every text field, and the strangers who come by."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.circulation.models import Assignment, StepAction
from omloop.circulation.scheme.rules import NewStep, add_rule
from omloop.coding.changing import NewLine
from omloop.coding.keys import NewShare, keep_key
from omloop.coding.models import CostCentre, LedgerAccount
from omloop.coding.services import code, keep_template
from omloop.demo.papers import invoice
from omloop.demo.suppliers import SUPPLIERS
from omloop.einvoice import write
from omloop.einvoice.parties import Contact
from omloop.environments.models import EnvironmentDomain, EnvironmentRole, Partnership
from omloop.environments.services import create_environment, give_role
from omloop.flow.command_line import bring_in, take_in
from omloop.intake.models import Channel, Container
from omloop.invoices.attaching import attach
from omloop.invoices.models import Attachment, Invoice, SavedFilter
from omloop.joining.models import AuthorisationRequest, Invitation, JoinRequest
from omloop.kernel.ids import uuid7
from omloop.mailbox.changing import change_mailbox, renew_address
from omloop.notifications.models import Notice
from omloop.organisations.activation import ask_activation
from omloop.organisations.changing import change_organisation
from omloop.organisations.departures import let_read
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member, system_member, system_scope
from omloop.organisations.models import Group, GroupMember, GroupRight, Identifier, Membership
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, make_connection_key
from omloop.organisations.shares import Part, set_parents
from omloop.payees.models import Payee
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.recognition.tasks import recognise_now
from omloop.relocation.manifest import take_manifest, take_mark
from omloop.relocation.moves.plans import Mover
from omloop.relocation.moves.proposing import propose
from omloop.retention.marking import keep_longer
from omloop.sending.customers import add_customer
from omloop.sending.drafting import new_draft, save_draft
from omloop.sending.drafts import Draft, DraftLine
from omloop.sending.finishing import send_draft
from omloop.sending.seller import change_settings
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from omloop.transfers.models import What
from omloop.transfers.services import ask_transfer
from omloop.transfers.wish import Wish
from tests.paper_mail import mail
from tests.recognition.drawn import drawn
from tests.world import BEGINNING, World, make_person

CANARY = "KANARIE"
"""In every text of the victim's documents."""
SECRET = "GEHEIM"
"""In every text of the confidential one."""
AFTERWARDS = "NADERHAND"
"""In every text of one that was imported after the last day that a reader of the old side may see."""
NOW = datetime.now(UTC) - timedelta(hours=1)
"""Lately: what is asked, agreed or invited then has not run out, in whatever year the tests are run."""


@dataclass(frozen=True)
class Victim:
    """The ids that a stranger tries, by the name that a route gives them."""

    seen: dict[str, UUID]
    secret: dict[str, UUID]
    later: dict[str, UUID]


def make_victim(world: World, *, of_environment: str = CANARY) -> Victim:
    """Zwaluw's documents: one that members see, one confidential, one unreadable; an absence of Anna."""
    with system_scope("test", world.zwaluw.id) as system:
        rule = add_rule(
            organisation_id=world.zwaluw.id,
            name=f"{CANARY} rule",
            priority=1,
            steps=[NewStep(action=StepAction.APPROVE, person_id=world.anna.id)],
            actor=system,
            now=BEGINNING,
        )
    with member_scope(world.anna, now=NOW) as anna:
        absence = set_absence(
            person_id=world.anna.id,
            first_on=NOW.date() + timedelta(days=30),
            last_on=NOW.date() + timedelta(days=39),
            substitute_id=world.bram.id,
            actor=anna,
            now=NOW,
        )
    with member_scope(world.marit, now=NOW) as marit:
        place = {"organisation_id": world.zwaluw.id, "actor": marit, "now": NOW}
        change_organisation(settings={"street": f"{CANARY} street"}, **place)
        set_parents(parts=[Part(Decimal(10), parent_name=f"{CANARY} parent")], **place)
        ask_activation(**place)
        change_mailbox(settings={"username": f"{CANARY} user"}, password=f"{CANARY} password", **place)
        renew_address(**place)
        asked = ask_transfer(wish=all_of_anna(world), actor=marit, now=NOW)
    with system_scope("test", world.zwaluw.id) as system:
        key, _text = make_connection_key(
            organisation_id=world.zwaluw.id, holder=world.anna, name=f"{CANARY} key", actor=system, now=NOW
        )
    take_in(**arguments(world, b"<html>" + CANARY.encode(), f"{CANARY}.html"))
    picture = take_in(**arguments(world, drawn([(60, 60, f"{CANARY} B.V.")]), f"{CANARY}.pdf")).document_id
    assert picture
    recognise_now(picture, world.zwaluw.id, NOW)
    around = {
        "run_id": asked,
        "absence_id": absence,
        "person_id": world.anna.id,
        "organisation_id": world.zwaluw.id,
        "rule_id": rule.id,
        "picture_id": picture,
    }
    around |= {"environment_id": world.noordgroep_id, "key_id": key.id, "filter_id": make_filter(world)}
    around |= make_door(world, of_environment) | make_plan(world) | make_partner(world, of_environment)
    with tenant_scope(None, [world.zwaluw.id]):
        around["identifier_id"] = Identifier.objects.get(organisation=world.zwaluw).id
    taken = [
        ids(world, file(1, CANARY), confidential=False),
        ids(world, file(13, SECRET), confidential=True),
        ids(world, file(17, AFTERWARDS), confidential=False),
    ]
    around |= make_chart(world) | make_sales(world)
    for each in taken:
        give_coding(world, each["invoice_id"])
    seen, secret, later = ({**around, **each} for each in taken)
    return Victim(seen, secret, later)


def all_of_anna(world: World) -> Wish:
    """A transfer that is asked and not carried out yet."""
    return Wish(
        person_id=world.anna.id,
        to_id=world.bram.id,
        places=frozenset([world.zwaluw.id]),
        what=frozenset(What),
    )


def make_chart(world: World) -> dict[str, UUID]:
    """A ledger account, a cost centre of Anna, a key and a template, with the canary in their names."""
    own = {"organisation": world.zwaluw}
    with system_scope("test", world.zwaluw.id) as system:
        hold(world.zwaluw.id)
        account = LedgerAccount.objects.create(code="4310", name=f"{CANARY} account", **own)
        centre = CostCentre.objects.create(code="4100", name=f"{CANARY} centre", owner=world.anna, **own)
        key = keep_key(
            organisation_id=world.zwaluw.id,
            name=f"{CANARY} key",
            shares=[NewShare(share=Decimal(1), cost_centre_id=centre.id)],
            actor=system,
            now=NOW,
        )
        template = keep_template(
            organisation_id=world.zwaluw.id,
            supplier="canary",
            supplier_name=f"{CANARY} supplier",
            lines=[NewLine(net=Decimal(1), ledger_account_id=account.id)],
            actor=system,
            now=NOW,
        )
    return {"division_key_id": key.id, "template_id": template.id}


def make_sales(world: World) -> dict[str, UUID]:
    """A customer, and an invoice that was sent to him, with the canary in its texts."""
    known = {"name": f"{CANARY} customer", "kvk": "90009999", "reference": CANARY, "street": CANARY}
    known |= {"postal_code": "1621 KL", "city": "Hoorn"}
    with system_scope("test", world.zwaluw.id) as system:
        by: dict[str, Any] = {"actor": system, "now": NOW}
        place = {"organisation_id": world.zwaluw.id, **by}
        own = {
            "vat_number": "NL000099998B57",
            "iban": "NL02ABNA0123456789",
            "contact_name": f"{CANARY} contact",
        }
        change_settings(settings=own, **place)
        change_organisation(settings={"postal_code": "1621 KL", "city": "Hoorn"}, **place)
        customer = add_customer(known=known, **place)
        line = DraftLine(name=f"{CANARY} goods", quantity="1", price="1")
        draft = Draft(issued_on="2026-11-02", remarks=CANARY, lines=(line,))
        made = save_draft(new_draft(draft=draft, **place).id, draft=draft, customer=customer, **by)
        return {"customer_id": customer.id, "sales_id": send_draft(made.id, **by).id}


def make_filter(world: World) -> UUID:
    """A filter that Sanne keeps for herself."""
    with system_scope("test", world.zwaluw.id):
        hold(world.zwaluw.id)
        saved: SavedFilter = SavedFilter.objects.create(
            organisation=world.zwaluw, person=world.sanne, name=CANARY, query=f"q={CANARY}", made_at=NOW
        )
        return saved.id


def make_door(world: World, word: str) -> dict[str, UUID]:
    """Of the environment: a domain, somebody who asks, and an invitation, with this word in their texts."""
    asker = add_person(email="vrager@noordgroep.example", name=f"{word} vrager")
    about: dict[str, Any] = {"environment_id": world.noordgroep_id}
    with tenant_scope(None, [], [world.noordgroep_id]):
        domain = EnvironmentDomain.objects.create(
            **about, domain=f"{word}.example", added_by=world.marit, valid=since(BEGINNING)
        )
        request = JoinRequest.objects.create(**about, person=asker, asked_at=NOW)
        invitation = Invitation.objects.create(
            **about,
            email=f"{word}@vanbuiten.example",
            invited_by=world.marit,
            invited_at=NOW,
            expires_at=datetime(2036, 1, 1, tzinfo=UTC),
        )
    return {"domain_id": domain.id, "request_id": request.id, "invitation_id": invitation.id}


def make_plan(world: World) -> dict[str, UUID]:
    """A plan to move Zwaluw, of which the manifest has been taken."""
    with member_scope(world.marit, now=NOW) as marit:
        plan = propose(
            environment_id=world.noordgroep_id,
            organisation_ids=[world.zwaluw.id],
            to_email="somebody@elsewhere.example",
            to_name=f"{CANARY} environment",
            actor=marit,
            now=NOW,
        )
    manifest = take_manifest(take_mark(world.zwaluw.id, now=NOW))
    with tenant_scope(None, [], [world.noordgroep_id]):
        Mover.objects.filter(plan=plan).update(before=manifest.signed())
        mover = Mover.objects.get(plan=plan)
    return {"plan_id": plan.id, "mover_id": mover.id}


def make_partner(world: World, word: str) -> dict[str, UUID]:
    """A partner of the environment, and somebody of it who asks for an authorisation."""
    vonk = make_person("Vera Vonk")
    office = create_environment(name=word, administrator_id=vonk.id, actor=OPERATOR, now=BEGINNING)
    sides = {"asking_id": office.id, "asked_id": world.noordgroep_id}
    with tenant_scope(None, [], sides.values()):
        partnership = Partnership.objects.create(
            **sides,
            asking_name=f"{word} partner",
            asked_name="Noordgroep",
            state="accepted",
            asked_by=vonk,
            asked_at=NOW,
            answered_by=world.marit,
            answered_at=NOW,
        )
        request = AuthorisationRequest.objects.create(
            **sides,
            partnership=partnership,
            person=vonk,
            kvk=world.zwaluw.kvk,
            groups=["approver"],
            remark=f"{word} remark",
            asked_at=NOW,
        )
    return {"partnership_id": partnership.id, "authorisation_id": request.id}


def file(n: int, word: str) -> bytes:
    """An invoice with an attachment and the canary in its texts."""
    made = invoice(SUPPLIERS[0], "90001001", n, date(2026, 10, 1), random.Random(n))
    seller = replace(made.seller, legal_name=f"{word} supplier", contact=Contact(name=f"{word} contact"))
    lines = tuple(
        replace(each, item=replace(each.item, name=f"{word} goods"), note=word) for each in made.lines
    )
    attachments = tuple(replace(each, filename=f"{word}.csv", description=word) for each in made.attachments)
    return write(
        replace(
            made, number=f"{word}-{n}", seller=seller, lines=lines, attachments=attachments, notes=(word,)
        )
    )


def arguments(world: World, data: bytes, filename: str, *, confidential: bool = False) -> dict[str, object]:
    """How it is taken in."""
    return {
        "organisation_id": world.zwaluw.id,
        "data": data,
        "filename": filename,
        "channel": Channel.COMMAND_LINE,
        "actor": (
            system_member("test", world.zwaluw.id) if confidential else operator_member(world.zwaluw.id)
        ),
        "confidential": confidential,
    }


def ids(world: World, data: bytes, *, confidential: bool) -> dict[str, UUID]:
    """Take it in; the ids of what came of it."""
    accepted = take_in(**arguments(world, data, f"{CANARY}.xml", confidential=confidential))
    mailed = mail((f"{CANARY}.xml", data), subject=f"{CANARY} subject", message_id=f"<{len(data)}@{CANARY}>")
    bring_in(**arguments(world, mailed, "", confidential=confidential))
    with system_scope("test", world.zwaluw.id) as system:
        found = Invoice.objects.get(document_id=accepted.document_id)
        text, name = found.number.encode(), f"{CANARY}.txt"
        keep_longer(found, kind="legal_hold", reason=f"{found.number} claim", actor=system, now=NOW)
        return {
            "added_id": attach(found, data=text, filename=name, actor=system, now=NOW).id,
            "container_id": Container.objects.get(parts__sha256=found.document.sha256).id,
            "document_id": found.document_id,
            "invoice_id": found.id,
            "attachment_id": Attachment.objects.filter(invoice=found).values_list("id", flat=True)[0],
            "assignment_id": Assignment.objects.filter(invoice=found).values_list("id", flat=True)[0],
            "notice_id": give_notice(world, found),
            "account_id": Payee.objects.get(invoice=found).account_id,
        }


def give_notice(world: World, invoice: Invoice) -> UUID:
    """Anna was told of it; of what is confidential while she might see it."""
    hold(world.zwaluw.id)
    told: Notice = Notice.objects.create(
        organisation=world.zwaluw,
        person=world.anna,
        event_id=uuid7(),
        kind="task_reached",
        told_at=NOW,
        invoice=invoice,
        confidential=invoice.confidential,
    )
    return told.id


def give_coding(world: World, invoice_id: UUID) -> None:
    """Code an invoice that circulates already, with the supplier's words in it."""
    with system_scope("test", world.zwaluw.id) as system:
        found = Invoice.objects.get(id=invoice_id)
        account = LedgerAccount.objects.get(organisation=world.zwaluw)
        line = NewLine(net=found.without_vat, ledger_account_id=account.id, description=found.supplier_name)
        code(invoice=found, lines=[line], actor=system, now=NOW)


def strangers(world: World) -> dict[str, Person | None]:
    """Who comes by: nobody signed in, a person without a place, one from elsewhere, and two members."""
    outsider, bare, blind = map(make_person, ("Nora Nergens", "Rik Zonder", "Cora Blind"))
    old_side = make_person("Wim Verkoper")
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(
            environment_id=world.elsewhere_id,
            person_id=world.otto.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            adds_organisations=True,
            actor=OPERATOR,
            now=BEGINNING,
        )
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        group = Group.objects.create(id=uuid7(), organisation=world.zwaluw, name="a right that shows nothing")
        GroupRight.objects.create(
            organisation=world.zwaluw, group=group, right=Right.DISPUTE, valid=since(BEGINNING)
        )
        Membership.objects.create(organisation=world.zwaluw, person=bare, valid=since(BEGINNING))
        GroupMember.objects.create(
            organisation=world.zwaluw, group=group, person=bare, valid=since(BEGINNING)
        )
        directory.enter("person", bare.id, organisation_id=world.zwaluw.id)
        let_read(
            world.zwaluw.id,
            [old_side.id],
            imported_until=date(2026, 10, 31),
            until=datetime(2036, 1, 1, tzinfo=UTC),
            actor=OPERATOR,
            now=BEGINNING,
        )
        for default in (DefaultGroup.FINANCE, DefaultGroup.APPROVER, DefaultGroup.ADMINISTRATOR):
            grant(
                organisation_id=world.zwaluw.id,
                person_id=blind.id,
                group=default,
                actor=OPERATOR,
                now=BEGINNING,
            )
    return {
        "anonymous": None,
        "without a membership": outsider,
        "member elsewhere with all rights": world.otto,
        "member without a right": bare,
        "member who may not see confidential documents": blind,
        "reader up to a day": old_side,
    }


def key_for(person: Person, organisation_id: UUID) -> str:
    """A connection key of this person."""
    with tenant_scope(None, [organisation_id]):
        return make_connection_key(
            organisation_id=organisation_id, holder=person, name="walk", actor=OPERATOR, now=BEGINNING
        )[1]
