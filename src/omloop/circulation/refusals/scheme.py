"""Why a scheme can't be changed as wished (rules 1.11, 3.1)."""

from django.utils.translation import gettext as _

from omloop.organisations.refusals import OwnRights


class RuleWithoutSteps(ValueError):
    """A rule that asks nobody to approve would leave every invoice with the administration."""

    def __init__(self) -> None:
        super().__init__(_("Give the rule at least one step that approves, with somebody in it."))


class MixedStep(ValueError):
    """Who is asked at the same time is asked for the same."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "People who are asked at the same time all check, or all approve; the owners of lines have a "
                "step of their own."
            )
        )


class StandsInRule(OwnRights):
    """Somebody else changes the rule with this name, for the actor stands in it (rules 1.11)."""

    def __init__(self, rule: str) -> None:
        super().__init__(
            _(
                "“%(rule)s” would get another priority, and you stand in it yourself, or in a group of it: "
                "another administrator does this."
            )
            % {"rule": rule}
        )


class RuleIsOver(ValueError):
    """The rule was changed or ended by somebody else meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else changed or ended this rule meanwhile. Look at the scheme and try again.")
        )


class SchemeNotEmpty(ValueError):
    """A scheme is copied to an organisation that has none."""

    def __init__(self) -> None:
        super().__init__(_("This organisation has rules already. End those first, or add rules one by one."))
