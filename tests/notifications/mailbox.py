"""A mail server of our own, and an event that brings mails about."""

from typing import Any
from uuid import UUID

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role
from omloop.joining.models import JoinRequest
from omloop.joining.trail import remember
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World


class Mailbox:
    """A mail server that keeps what it gets; who is in `away` is refused for now, in `gone` for good."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, bytes]] = []
        self.away: set[str] = set()
        self.gone: set[str] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.away:
            return "451 try again later"
        if address in self.gone:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert envelope.mail_from
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        return "250 taken"


def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """One account: omloop, with a password full of signs."""
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"omloop", b"p@ss:w/rd")
    return AuthResult(success=is_right)


def ask(world: World, person: Person) -> None:
    """Somebody asks to join Noordgroep, of which Marit and Sanne are administrators."""
    make_administrator(world.sanne, world.noordgroep_id)
    with tenant_scope(None, [], [world.noordgroep_id]):
        request = JoinRequest.objects.create(
            environment_id=world.noordgroep_id, person=person, asked_at=timezone.now()
        )
        remember("join.asked", world.noordgroep_id, request.id, OPERATOR, timezone.now())


def make_administrator(person: Person, environment_id: UUID) -> None:
    """Of an environment."""
    with tenant_scope(None, [], [environment_id]):
        give_role(
            environment_id=environment_id,
            person_id=person.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )
