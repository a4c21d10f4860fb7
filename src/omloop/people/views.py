"""What a person sets about himself."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from omloop.web.views import keep_on_device, page_to_return_to


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Dutch or English: kept with the person who is signed in, and on this device for before signing in."""
    response = redirect(page_to_return_to(request))
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    keep_on_device(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    return response
