"""What the operator does for an environment by command line (rules 1.3)."""

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import Environment
from omloop.environments.providers import stop_demanding
from omloop.environments.refusals import NoProvider
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


class NotOpened(ValueError):
    """There is no such environment, there are several, or it demands nothing."""


def open_environment(name: str) -> Environment:
    """Let people into the environment of this name or id without its provider; raises NotOpened."""
    found = _named(name)
    if len(found) != 1:
        ids = "".join(f"\n  {environment.id}" for environment in found)
        raise NotOpened(f"several are called {name}: give the id of one{ids}" if found else f"no {name} here")
    with tenant_scope(None, [], [found[0].id]):
        try:
            stop_demanding(environment_id=found[0].id, actor=OPERATOR, now=timezone.now())
        except NoProvider as missing:
            raise NotOpened(f"{found[0].name} has no provider") from missing
    return found[0]


def _named(name: str) -> list[Environment]:
    with tenant_scope(None, [], directory.everything("chain")):
        return [each for each in Environment.objects.order_by("id") if name in (each.name, str(each.id))]
