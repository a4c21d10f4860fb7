"""The health of mailing: counts and states, never a text (rules 3.13)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from omloop.environments.models import EnvironmentRole
from omloop.notifications.kinds import kind_in_words
from omloop.people.mailing import IN_A_ROW
from omloop.people.models import Mail, Person, RefusedAddress

LATELY = timedelta(days=7)
"""The counts are of so many days."""
LISTED = 100
"""More troubled mails are counted, not listed."""
TASKS = (
    "notifications.send",
    "notifications.send_test",
    "notifications.send_digest",
    "people.send_registration_link",
)
"""The jobs that send a mail."""


@dataclass(frozen=True)
class Counted:
    """How many mails of one kind were sent, are tried again and were not sent."""

    kind: str
    sent: int
    waiting: int
    failed: int


@dataclass(frozen=True)
class Health:
    """How mailing goes: of an environment, or of the whole installation.

    `untried` counts jobs that no worker took yet, `unwritten` those that failed before there was a mail;
    `troubled` are mails that were not sent, newest first.
    """

    counted: list[Counted]
    troubled: list[tuple[Mail, str]]
    more: int
    untried: int
    unwritten: int
    last_digest_at: datetime | None
    refused: list[RefusedAddress]

    @property
    def sent(self) -> int:
        """In the days that are counted."""
        return sum(row.sent for row in self.counted)

    @property
    def failed(self) -> int:
        """Of all days that are known."""
        return sum(mail.state == Mail.State.FAILED for mail, _kind in self.troubled) + self.more


def health_in(environment_id: UUID, organisation_ids: Collection[UUID], *, now: datetime) -> Health:
    """Of the mails about an environment and its organisations, and of the digests of its people.

    In a scope that shows the environment's structure; the number of queries does not grow with mails.
    """
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id)
    people = list(Person.objects.filter(id__in=roles.values("person_id")).values_list("id", "email"))
    places = {environment_id, *organisation_ids}
    concerned = places | {person for person, _email in people}
    waiting = Q(args__chain_id__in=[str(each) for each in places])
    waiting |= Q(args__person_id__in=[str(person) for person, _email in people])
    addresses = [email.lower() for _person, email in people]
    return _health(mails_about(concerned), waiting, RefusedAddress.objects.filter(address__in=addresses), now)


def health_of_all(*, now: datetime) -> Health:
    """Of the whole installation: the operator's."""
    return _health(Mail.objects.all(), Q(), RefusedAddress.objects.all(), now)


def mails_about(concerned: Collection[UUID]) -> QuerySet[Mail]:
    """The mails that concern these organisations, environments and people."""
    return Mail.objects.filter(concerns__in=concerned)


def mail_server() -> str:
    """The mail server and its port; empty where mails are written to files."""
    if settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    return ""


def _health(mails: QuerySet[Mail], waiting: Q, refused: QuerySet[RefusedAddress], now: datetime) -> Health:
    troubled = list(mails.exclude(state=Mail.State.SENT).order_by("-tried_at", "-id")[: LISTED + 1])
    digests = mails.filter(kind="digest", state=Mail.State.SENT)
    jobs = ProcrastinateJob.objects.filter(waiting, task_name__in=TASKS)
    over = len(troubled) > LISTED
    return Health(
        counted=_counted(mails, now),
        troubled=[(mail, kind_in_words(mail.kind)) for mail in troubled[:LISTED]],
        more=mails.exclude(state=Mail.State.SENT).count() - LISTED if over else 0,
        untried=jobs.filter(status="todo", attempts=0).count(),
        unwritten=_unwritten(jobs, now).count(),
        last_digest_at=digests.aggregate(last=Max("tried_at"))["last"],
        refused=list(refused.filter(times__gte=IN_A_ROW).order_by("since", "address")),
    )


def _unwritten(jobs: "QuerySet[ProcrastinateJob]", now: datetime) -> "QuerySet[ProcrastinateJob]":
    """Those that failed lately, tried again or not, and of which no mail tells; but for what a later job of
    the same took over."""
    later = ProcrastinateJob.objects.filter(
        task_name=OuterRef("task_name"), args=OuterRef("args"), id__gt=OuterRef("id")
    )
    lately = ProcrastinateEvent.objects.filter(job=OuterRef("id"), at__gt=now - LATELY)
    tells = Mail.objects.filter(job_id=OuterRef("id"))
    failed = jobs.filter(Q(status="failed") | Q(status="todo", attempts__gt=0))
    return failed.filter(Exists(lately), ~Exists(tells), ~Exists(later))


def _counted(mails: QuerySet[Mail], now: datetime) -> list[Counted]:
    recent = mails.filter(tried_at__gt=now - LATELY).order_by().values_list("kind", "state")
    by_kind: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for kind, state, count in recent.annotate(count=Count("id")):
        by_kind[kind][state] = count
    states = (Mail.State.SENT, Mail.State.WAITING, Mail.State.FAILED)
    found = [Counted(kind_in_words(kind), *(by[state] for state in states)) for kind, by in by_kind.items()]
    return sorted(found, key=lambda row: row.kind)
