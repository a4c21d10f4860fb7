"""What arrives: original bytes, untouched, by any channel (rules 2.1-2.3)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.intake.aside import SetAside as SetAside
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class Channel(models.TextChoices):
    """The way in."""

    UPLOAD = "upload", _("upload")
    API = "api", _("API")
    COMMAND_LINE = "command_line", _("command line")
    MAIL = "mail", _("mail")
    FOLDER = "folder", _("watched folder")
    INSTALLATION = "installation", _("directly in Omloop")


IS_CHANNEL = models.Q(channel__in=["upload", "api", "command_line", "mail", "folder", "installation"])


class Document(OfOrganisation, Confidential):
    """One file of one organisation, known by its bytes: the same bytes make one document (rules 2.1).

    A PDF or image without an e-invoice inside is a *picture* until somebody says what it says (rules 2.2).
    `received_at` is the instant of intake, `import_date` its date in the organisation's zone (rules 2.3);
    `received_from` is the person who brought it first, if it was one. `opened_at` is kept of what another
    organisation of this installation sent, which is told of it (rules 2.7). What somebody took in again on
    purpose is a document of its own: `again_of` is the one of these bytes before it, `again_because` why.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        READ = "read", _("read")
        UNREADABLE = "unreadable", _("can't be read")
        PICTURE = "picture", _("to be recognised")
        SET_ASIDE = "set_aside", _("set aside")

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    filename = models.TextField()
    channel = models.TextField(choices=Channel.choices)
    received_at = models.DateTimeField()
    received_from = models.UUIDField(null=True)
    import_date = models.DateField()
    state = models.TextField(choices=State.choices, default=State.RECEIVED)
    opened_at = models.DateTimeField(null=True)
    again_of = models.UUIDField(null=True)
    again_because = models.TextField(blank=True)

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "sha256", "again_of"],
                nulls_distinct=False,
                name="same_bytes_make_one_document",
            ),
            models.CheckConstraint(
                condition=models.Q(again_of__isnull=True, again_because="")
                | models.Q(again_of__isnull=False) & ~models.Q(again_because=""),
                name="document_taken_in_again_says_why",
            ),
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="document_lends_its_confidentiality"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "read", "unreadable", "picture", "set_aside"]),
                name="document_state_is_known",
            ),
            models.CheckConstraint(condition=IS_CHANNEL, name="document_channel_is_known"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-received_at"], name="documents_by_arrival"),
            models.Index(fields=["organisation", "import_date"], name="documents_by_import_date"),
            models.Index(
                fields=["organisation", "received_at"],
                name="documents_that_cannot_be_read",
                condition=models.Q(state="unreadable"),
            ),
            models.Index(
                fields=["organisation", "received_at"],
                name="documents_to_recognise",
                condition=models.Q(state="picture"),
            ),
            models.Index(
                fields=["organisation", "received_at"],
                name="documents_set_aside",
                condition=models.Q(state="set_aside"),
            ),
        ]


class Delivery(OfOrganisation, Confidential):
    """One time that a file came in; a file that comes again makes a delivery and no document.

    `settled_by` looked at one that came after the end of its document, and nothing more is to be done.
    """

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, db_constraint=False, related_name="deliveries"
    )
    channel = models.TextField(choices=Channel.choices)
    filename = models.TextField()
    delivered_at = models.DateTimeField()
    delivered_by = models.UUIDField(null=True)
    message_id = models.TextField(blank=True)
    settled_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    document_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="document", name="delivery_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(condition=IS_CHANNEL, name="delivery_channel_is_known"),
        ]
        indexes = [models.Index(fields=["organisation", "document"], name="deliveries_of_document")]


class Container(OfOrganisation, Confidential):
    """A mail or a ZIP as it came: one delivery, of which each file inside is a document (rules 2.1).

    Its bytes are kept as any. It is confidential when a document that came by it is. A mail whose message
    id came before with other bytes is kept and says so.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("mail")
        ZIP = "zip", _("ZIP")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for your answer")
        RECEIVED = "received", _("being taken in")
        TAKEN_IN = "taken_in", _("taken in")
        NOTHING_IN_IT = "nothing_in_it", _("no invoice in it")
        TOO_LARGE = "too_large", _("too large")
        REFUSED = "refused", _("refused")

    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices)
    sha256 = models.CharField(max_length=64, blank=True)
    """Empty where the bytes are too many to be kept."""
    size = models.PositiveBigIntegerField()
    filename = models.TextField(blank=True)
    channel = models.TextField(choices=Channel.choices)
    arrived_at = models.DateTimeField()
    brought_by = models.UUIDField(null=True)
    sender = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    message_id = models.TextField(blank=True)
    is_automatic = models.BooleanField(default=False)
    has_known_message_id = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    """When the sender was told that nothing could be taken in."""

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="container_lends_its_confidentiality"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["waiting", "received", "taken_in", "nothing_in_it", "too_large", "refused"]
                ),
                name="container_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["mail", "zip"]), name="container_kind_is_known"
            ),
            models.CheckConstraint(condition=IS_CHANNEL, name="container_channel_is_known"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-arrived_at", "id"], name="containers_by_arrival"),
            models.Index(fields=["organisation", "sha256"], name="containers_by_bytes"),
            models.Index(fields=["organisation", "message_id"], name="containers_by_message_id"),
        ]


class Part(OfOrganisation, Confidential):
    """One file of a container: by its bytes the document that it is, or why it stays inside.

    No key leads to the document, for a part is as confidential as its container, and that may be more than
    the document.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("taken in")
        KNOWN = "known", _("was here already")
        LEFT = "left", _("left inside")

    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, db_constraint=False, related_name="parts"
    )
    position = models.PositiveIntegerField()
    filename = models.TextField(blank=True)
    outcome = models.TextField(choices=Outcome.choices)
    fault = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    """Of its document; empty for what stays inside."""

    container_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="container", name="part_in_one_organisation", follows=("confidential",)),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["accepted", "known", "left"]), name="part_outcome_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "container", "position"], name="parts_of_container"),
            models.Index(fields=["organisation", "sha256"], name="parts_by_bytes"),
        ]


class LateArrival(OfOrganisation, Confidential):
    """A file that came while its organisation was leaving or closed: kept aside, with its bytes.

    It becomes a document where the organisation arrives, with this instant (rules 6.4), or of the successor
    of a closed one, once somebody there adds it (`added_at`, rules 6.7).
    """

    stands_still_by: ClassVar[str] = ""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    filename = models.TextField()
    channel = models.TextField(choices=Channel.choices)
    arrived_at = models.DateTimeField()
    brought_by = models.UUIDField(null=True)
    added_at = models.DateTimeField(null=True)
    message_id = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "sha256"], name="same_bytes_make_one_late_arrival"
            ),
            models.CheckConstraint(condition=IS_CHANNEL, name="late_arrival_channel_is_known"),
        ]


class IdempotencyKey(OfOrganisation):
    """A key that an API client sent with a POST, and what it was answered: a repeat gets the same answer."""

    stands_still_by: ClassVar[str] = ""

    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    used_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "key"], name="idempotency_key_is_used_once"),
        ]
