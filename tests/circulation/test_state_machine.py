"""Random lives of a company: whatever people do, no invoice is lost, none is with nobody, and nobody is two
(rules 3, 4, 5).

The same lives in each run. `LIVES=300 STEPS=60 pytest tests/circulation/test_state_machine.py -s` plays
other ones, as many and as long as said, and prints how many steps that were.
"""

import os
import sys

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from omloop.audit.models import AuditEvent
from omloop.audit.tasks import seal_chain
from omloop.audit.verify import verify
from omloop.tenancy.scope import tenant_scope
from tests.circulation.life.arranging import Arranging
from tests.circulation.life.holding_true import HoldingTrue
from tests.conftest import Databases
from tests.world import World

LIVES, STEPS = int(os.environ.get("LIVES", "6")), int(os.environ.get("STEPS", "30"))
IS_LONG = "LIVES" in os.environ
KINDS = 20
"""So many kinds of events at least are in the trail of these lives; their names are printed."""


class Circulation(HoldingTrue, Arranging):
    """Everything that anybody may do, and everything that must hold after each."""

    played = 0

    @invariant()
    def one_more_is_played(self) -> None:
        type(self).played += 1

    def teardown(self) -> None:
        """The chain is whole at the end."""
        try:
            seal_chain(self.place)
            with tenant_scope(None, [self.place]):
                verdict = verify(self.place)
                self.happened.update(AuditEvent.objects.values_list("name", flat=True))
            assert (verdict.fault, verdict.unsealed) == ("", 0)
        finally:
            super().teardown()


def test_whatever_people_do(databases: Databases, world_template: tuple[str, World]) -> None:
    Circulation.databases, Circulation.template = databases, world_template
    run_state_machine_as_test(
        Circulation,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_LONG,
            database=None,
            phases=[Phase.generate],  # a life takes a second: the first that goes wrong is told as it was
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"{Circulation.played} steps played\n")
    assert Circulation.played > LIVES
    sys.stdout.write(" ".join(sorted(Circulation.happened)))
    assert len(Circulation.happened) > KINDS
