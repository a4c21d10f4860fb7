"""The least that Django needs to show the same 50 rows: a session, a user, two queries, a template."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from omloop.circulation.models import BY_DUE_DATE, Assignment
from omloop.circulation.reading.worklist import MOST, PAGE
from omloop.people.models import Person

DATABASE = "plain"
"""The alias of a connection that sees over the walls."""
MIDDLEWARE = (
    "benchmarks.plain.stay_here",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
TEMPLATE = Engine().from_string("""<!doctype html>
<html lang="nl"><head><title>Werklijst</title></head><body><h1>Werklijst: {{ count }}</h1><table>
{% for row in rows %}<tr><td><a href="/invoices/{{ row.invoice.id }}/">{{ row.invoice.supplier_name }}</a>
</td><td>{{ row.invoice.number }}</td><td>{{ row.organisation.name }}</td>
<td>{{ row.due_on|date:"j M Y" }}</td>
<td>{{ row.step.rule.name }}</td>
<td>{{ row.invoice.currency }} {{ row.invoice.with_vat|floatformat:2 }}</td></tr>
{% endfor %}</table></body></html>""")


def stay_here(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the addresses of this module, and no others."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = "benchmarks.plain"
        return get_response(request)

    return answer


def worklist(request: HttpRequest) -> HttpResponse:
    """The first 50 of the person who asks, and how many there are, up to a thousand."""
    person: Person | AnonymousUser = request.user
    waiting: QuerySet[Assignment] = QuerySet(Assignment, using=DATABASE).filter(
        holder_id=person.pk, ended_at=None
    )
    waiting = waiting.order_by(BY_DUE_DATE, "id")
    rows = waiting.select_related("invoice", "organisation", "step__rule")[:PAGE]
    return HttpResponse(TEMPLATE.render(Context({"rows": rows, "count": waiting[: MOST + 1].count()})))


urlpatterns = [path("", worklist)]
