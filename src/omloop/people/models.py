"""A person: one account of one human (rules 1.1)."""

import zoneinfo
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7


def working_days() -> list[int]:
    """Monday to Friday, as ISO counts them."""
    return [1, 2, 3, 4, 5]


class PersonManager(BaseUserManager["Person"]):
    """Makes people; the address is the name under which one signs in."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Add a person; without a password he can only sign in by a link, passkey or code."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """One account of one human; what he may do stands in his memberships, never here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, default="nl")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    digest_hour = models.PositiveSmallIntegerField(default=8)
    digest_days = ArrayField(models.PositiveSmallIntegerField(), default=working_days, blank=True)
    """At which hour of his clock, and on which days of the week, he is told what waits; no day: never."""
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_has_an_address_of_his_own"),
            models.CheckConstraint(
                condition=models.Q(language__in=["nl", "en"]), name="person_reads_dutch_or_english"
            ),
            models.CheckConstraint(condition=models.Q(digest_hour__lt=24), name="digest_comes_at_an_hour"),
            models.CheckConstraint(
                condition=models.Q(digest_days__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="digest_comes_on_days_of_the_week",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Where his clock stands: instants are shown in it (rules 7.1)."""
        return zoneinfo.ZoneInfo(self.time_zone)


class SameHuman(models.Model):
    """Two accounts are of one human, since when, and who said so where (rules 1.5).

    It has no wall: the gate asks for it in whatever organisation a decision falls. It gives no right, and
    a mark makes four eyes stricter, never milder.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    marked_by = models.UUIDField()
    environment_id = models.UUIDField()
    valid = DateTimeRangeField()

    one_id: UUID
    other_id: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="two_accounts_stand_in_order"
            ),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=models.Q(valid__upper_inf=True),
                name="two_accounts_are_marked_once",
            ),
        ]


class DigestMark(models.Model):
    """How far the digests of a person are: the last day that was seen to, and up to when he was told.

    Apart from the person, for a page that saves his settings must not turn it back.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    done_on = models.DateField()
    told_at = models.DateTimeField(null=True)


class Mail(models.Model):
    """A mail that a job sends: how often it was tried, and what the mail server said last; never its text.

    `concerns` is an organisation, an environment, or a person for what is of no place; `kind` is the name
    of its template. Forgotten after `mailing.KEPT`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("is tried again")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job_id = models.BigIntegerField()
    concerns = models.UUIDField(null=True)
    kind = models.TextField()
    to = models.EmailField()
    state = models.TextField(choices=State.choices)
    tries = models.PositiveSmallIntegerField(default=1)
    first_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sent", "failed"]), name="mail_state_is_known"
            ),
            models.UniqueConstraint(fields=["job_id", "kind", "to"], name="job_sends_a_mail_once"),
        ]
        indexes = [
            models.Index(fields=["concerns", "tried_at"], name="mail_by_what_it_concerns"),
            models.Index(fields=["tried_at"], name="mail_by_day"),
        ]


class RefusedAddress(models.Model):
    """Mail to this address is refused for good: how many mails in a row, and since when.

    Of the address and not of the person, so that another address begins anew; a mail that is taken ends it.
    """

    address = models.EmailField(primary_key=True)
    times = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()
    answer = models.TextField()


def names_of(person_ids: "set[UUID]") -> dict[UUID, str]:
    """The names of these people, in one query."""
    return dict(Person.objects.filter(id__in=person_ids).values_list("id", "name"))
