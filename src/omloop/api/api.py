"""The API of the installation: its keys, its errors, and the operations of every room."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from omloop.api.problems import answer_problems
from omloop.booking.api import router as booking
from omloop.booking.master_api import router as master_data
from omloop.circulation.api.consulting import router as consulting
from omloop.circulation.api.ending import router as ending
from omloop.circulation.api.tasks import router as tasks
from omloop.circulation.api.worklist import router as circulation
from omloop.coding.api import router as coding
from omloop.disputes.api import router as disputes
from omloop.intake.api import router as documents
from omloop.invoices.api import invoices
from omloop.invoices.aside_api import router as aside
from omloop.payments.api import router as payments
from omloop.sending.api import router as sending


class ConnectionKeyHeader(HttpBearer):
    """`Authorization: Bearer <connection key>`; a session in a browser is not accepted here."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key that the middleware found and opened the scope for."""
        return getattr(request, "connection_key", None)


api = NinjaAPI(
    title="Omloop",
    version="1",
    description="Bring documents, read invoices and what validation says. Errors are problem+json.",
    urls_namespace="api",
    docs_url=None,
    auth=ConnectionKeyHeader(),
)
answer_problems(api)
ROUTERS = (
    *(documents, aside, invoices, coding, circulation, consulting, ending, disputes, booking, master_data),
    *(payments, sending, tasks),
)
for router in ROUTERS:
    api.add_router("", router)
