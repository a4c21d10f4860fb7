"""Which decisions count: those that were not withdrawn (rules 3.3)."""

from typing import Any

from django.db import models

from omloop.tenancy.models import ScopedManager


class Decisions(ScopedManager):
    """All decisions, and those that stand."""

    def standing(self) -> models.QuerySet[Any]:
        """Those that count. Whoever asks what was decided asks here; the history tells of all."""
        return self.get_queryset().filter(withdrawn_at=None)
