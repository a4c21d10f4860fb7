"""A company at work for the benchmarks: a rule of the scheme, and invoices that come in."""

from uuid import UUID

from omloop.circulation.models import StepAction
from omloop.circulation.scheme.rules import NewStep, add_rule
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.organisations.members import operator_member, system_scope
from omloop.organisations.models import Organisation
from tests.world import BEGINNING, World


def give_scheme(world: World, *actions: str) -> None:
    """Bram checks and Anna approves what comes in at Zwaluw; or Anna does the actions given."""
    steps = [NewStep(action=action, person_id=world.anna.id) for action in actions] or [
        NewStep(action=StepAction.CHECK, person_id=world.bram.id),
        NewStep(action=StepAction.APPROVE, person_id=world.anna.id),
    ]
    with system_scope("benchmark", world.zwaluw.id) as actor:
        add_rule(
            organisation_id=world.zwaluw.id, name="R-07", priority=1, steps=steps, actor=actor, now=BEGINNING
        )


def take(organisation: Organisation, data: bytes) -> UUID:
    """Import a file as `omloop import` does; the document."""
    accepted = take_in(
        organisation_id=organisation.id,
        data=data,
        filename="invoice.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(organisation.id),
    )
    assert accepted.document_id, "the file was taken in before"
    return accepted.document_id
