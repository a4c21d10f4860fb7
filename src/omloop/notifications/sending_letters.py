"""What is told of an invoice that was sent: rejected, disputed, or not delivered (rules 2.7)."""

from collections.abc import Iterator

from django.utils.functional import lazy

from omloop.audit.models import AuditEvent
from omloop.notifications.letter import Letter, to_person, who_may
from omloop.organisations.rights import Right
from omloop.people.mail import link_to
from omloop.sending.models import SalesInvoice, SentStatus
from omloop.sending.wording import reason_in_words

State = SalesInvoice.State
BAD_NEWS = {State.REJECTED, State.DISPUTED, State.FAILED}
in_words = lazy(reason_in_words, str)
"""In the language of who reads it."""
SENT = ("sales_invoice.sent", "sales_invoice.sent_again")


def came_back(event: AuditEvent) -> Iterator[Letter]:
    """To who sent it, while he may send there; else to everybody who may."""
    if event.detail["state"] not in BAD_NEWS:
        return
    invoice = SalesInvoice.objects.select_related("organisation").get(id=event.subject_id)
    status = SentStatus.objects.filter(invoice=invoice, state=event.detail["state"]).order_by("-id").first()
    words = {
        "state": event.detail["state"],
        "number": invoice.number,
        "customer": invoice.customer_name,
        "place": invoice.organisation.name,
        "reason": in_words(status.reason) if status else "",
        "answer": status.answer if status else "",
    }
    senders = who_may(Right.SEND, [event.chain_id])
    sent = AuditEvent.objects.filter(chain_id=event.chain_id, subject_id=invoice.id, name__in=SENT)
    last = sent.order_by("-id").values("person_id")[:1]
    for person in senders.filter(id__in=last) or senders:
        yield to_person(person, "sent_invoice", words, link_to("sales_invoice", invoice.id))
