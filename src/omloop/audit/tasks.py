"""The sealer's timers."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from omloop.audit import seal
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


@app.periodic(cron="* * * * * */5")
@app.task(
    name="audit.seal_waiting", queueing_lock="audit.seal_waiting", lock="audit.seal_waiting", retry=False
)
def seal_waiting(timestamp: int) -> None:
    """Every five seconds: put what waits into its chain; the next round is the retry."""
    for chain_id in seal.waiting_chains():
        seal_chain(chain_id)


@app.periodic(cron="40 2 * * *")
@app.task(name="audit.sign_heads", queueing_lock="audit.sign_heads", retry=3)
def sign_heads(timestamp: int) -> None:
    """Every night: seal what waits in each chain and sign its head, where it grew."""
    for chain_id in directory.everything("chain"):
        seal_chain(chain_id)
        with tenant_scope(None, [chain_id], [chain_id]):
            seal.sign_head(chain_id, now=timezone.now())


def seal_chain(chain_id: UUID) -> int:
    """Seal all that waits in one chain, in scopes of its own; how many events."""
    total = 0
    while sealed := _seal_batch(chain_id):
        total += sealed
    return total


def _seal_batch(chain_id: UUID) -> int:
    with tenant_scope(None, [chain_id], [chain_id]):
        return seal.seal(chain_id)
