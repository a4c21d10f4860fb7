"""What saving a rule would bring about that was not so before: shown before it is saved (rules 3.1)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.rules import add_rule, change_rule, lay_out
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.schemes.findings import Drafted, Finding, findings_of
from omloop.schemes.forms import Editor
from omloop.schemes.queries import ShownRule, rules_at


def warnings_of(
    place: Organisation, editor: Editor, changed: ShownRule | None, *, now: datetime
) -> list[Finding]:
    """What would be wrong after saving and is not wrong now, and all about the rule itself."""
    rules = [Drafted(each.rule, each.steps) for each in rules_at(place, now)]
    before = {finding.text for finding in findings_of(place, rules, now=now)}
    others = [each for each in rules if changed is None or each.rule.id != changed.rule.id]
    draft = _draft(place, editor)
    after = findings_of(place, [*others, draft], now=now)
    return [each for each in after if draft.rule.id in each.rule_ids or each.text not in before]


def digest_of(warnings: Sequence[Finding]) -> str:
    """By which a form says which warnings it has shown."""
    return sha256("\n".join(warning.text for warning in warnings).encode()).hexdigest() if warnings else ""


def save(
    place: Organisation, editor: Editor, changed: ShownRule | None, *, actor: Member, now: datetime
) -> SchemeRule:
    """Add the rule, or change the one that is there; raises as the services do."""
    said = {
        "name": editor.form.cleaned_data["name"],
        "priority": editor.form.cleaned_data["priority"],
        "steps": editor.chosen(),
        "conditions": editor.form.conditions(),
    }
    if changed is None:
        return add_rule(organisation_id=place.id, **said, actor=actor, now=now)
    return change_rule(rule=changed.rule, **said, actor=actor, now=now)


def _draft(place: Organisation, editor: Editor) -> Drafted:
    rule = SchemeRule(organisation=place, **editor.form.cleaned_data)
    return Drafted(rule, lay_out(rule, editor.chosen()))
