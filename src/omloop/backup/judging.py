"""The last word on a restore: are the chains of the audit trail whole? Then the trail notes the restore."""

from datetime import datetime

from omloop.audit.actors import OPERATOR
from omloop.audit.models import INSTALLATION
from omloop.audit.services import record
from omloop.audit.verify import Verdict, verify_all
from omloop.backup.manifest import Manifest
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


def judge(manifest: Manifest, *, now: datetime) -> list[Verdict]:
    """Recompute every chain; when all are whole, note the restore in the installation's own (rules 7.2).

    That chain is signed every night from then on, like the others. Needs Django, connected as the owner.
    """
    verdicts = list(verify_all())
    if not any(verdict.fault for verdict in verdicts):
        with tenant_scope(None, (), [INSTALLATION]):
            directory.enter("chain", INSTALLATION, environment_id=INSTALLATION)
            record(
                "installation.restored",
                actor=OPERATOR,
                chain_id=INSTALLATION,
                at=now,
                detail={"backup_of": manifest.made_at.isoformat(), "by": manifest.omloop},
            )
    return verdicts
