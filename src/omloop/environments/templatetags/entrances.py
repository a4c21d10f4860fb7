"""The entrance by which this device came before, for the sign-in page."""

from uuid import UUID

from django import template
from django.http import HttpRequest

from omloop.environments.entrance import ENTRANCE
from omloop.environments.models import SignInProvider
from omloop.environments.providers import find_provider

register = template.Library()


@register.simple_tag(takes_context=True)
def remembered_provider(context: template.Context) -> SignInProvider | None:
    """The provider of the environment that was last entered here, while there is one."""
    request: HttpRequest = context["request"]
    try:
        return find_provider(UUID(request.COOKIES.get(ENTRANCE, "")))
    except ValueError:
        return None
