"""What people are told, read as they read it."""

from django.utils import timezone, translation

from omloop.notifications.known import Known
from omloop.notifications.notices import Row, notices, unread
from omloop.notifications.sayings import lines_of
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company, at
from tests.joining.people import clear_mails
from tests.world import World

NUMBER = "Kuipers Installatietechniek B.V. 2026-0418"


def quiet(world: World) -> Company:
    """Zwaluw, where Anna approves all; nobody got a mail yet."""
    clear_mails()
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def told(person: Person) -> list[tuple[str, bool]]:
    """What his notices say in Dutch, the newest first, and whether each is unread."""
    with translation.override("nl"), member_scope(person, now=timezone.now()) as member:
        rows, _ = notices(member)
        return [(line.text, line.row.is_unread) for line in lines_of(Known(rows, member))]


def waiting(person: Person) -> int:
    """How many the bell counts."""
    with member_scope(person, now=timezone.now()) as member:
        return unread(member)


def newest(person: Person) -> Row:
    """His newest notice."""
    with member_scope(person, now=timezone.now()) as member:
        return notices(member)[0][0]


def show_confidential_to(company: Company, person: Person) -> None:
    """Put him in a group of its own that sees confidential invoices: `sees all`."""
    own = {"organisation": company.organisation}
    with tenant_scope(None, [company.organisation.id]):
        hold(company.organisation.id)
        group = Group.objects.create(name="sees all", **own)
        GroupRight.objects.create(group=group, right=Right.VIEW_CONFIDENTIAL, valid=since(at("01-01")), **own)
    company.grant(person, "sees all")
