"""The tables: rules of a scheme, steps and their tasks, what was decided, how an organisation circulates."""

from omloop.circulation.models.configuration import CirculationSettings, ExchangeRate
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.models.journey import BY_DUE_DATE, UNTIL_RELEASED, Assignment, Decision, Step
from omloop.circulation.models.proposals import ProposedRule
from omloop.circulation.models.rules import DECIDING, SchemeRule, SchemeStep, StepAction
from omloop.circulation.models.step_lines import StepLine

__all__ = [
    "BY_DUE_DATE",
    "DECIDING",
    "UNTIL_RELEASED",
    "Assignment",
    "CirculationSettings",
    "Consultation",
    "Decision",
    "ExchangeRate",
    "ProposedRule",
    "SchemeRule",
    "SchemeStep",
    "Step",
    "StepAction",
    "StepLine",
]
