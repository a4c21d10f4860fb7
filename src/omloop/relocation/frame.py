"""What the worklist says of organisations that came from another installation: there is a question."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from omloop.people.models import Person
from omloop.relocation.between.joining import is_asked


def asked(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `asked.of_me`, looked up when a template asks."""
    return {"asked": SimpleLazyObject(partial(_asked, request))}


def _asked(request: HttpRequest) -> dict[str, bool]:
    person = getattr(request, "user", None)
    return {"of_me": isinstance(person, Person) and is_asked(person)}
