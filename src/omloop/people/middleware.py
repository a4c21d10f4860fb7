"""Pages in the person's own language and time zone (rules 7.1, 7.4)."""

from collections.abc import Callable

from allauth.account.middleware import AccountMiddleware
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class PersonPreferences:
    """Switches language and clock to those of who signed in, for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not person.is_authenticated:
            return self.get_response(request)
        request.LANGUAGE_CODE = person.language
        with timezone.override(person.zone), translation.override(person.language):
            response = self.get_response(request)
        response.headers["Content-Language"] = person.language
        return response


# What allauth's views raise to be answered by its middleware: "sign in once more first", or a ready answer.
ACCOUNT_QUESTIONS = (ImmediateHttpResponse, ReauthenticationRequired)
_account_middleware = AccountMiddleware(lambda request: HttpResponse())


def answer_account_question(request: HttpRequest, question: Exception) -> HttpResponse:
    """The answer of allauth's middleware, for who calls a view himself and so stands between the two."""
    answer: HttpResponse = _account_middleware.process_exception(request, question)
    return answer
