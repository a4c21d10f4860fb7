"""The form in which a person chooses how he is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from omloop.notifications.choices import Ways
from omloop.notifications.topics import NEVER_OFF, Topic


class NoticeForm(forms.Form):
    """Two ticks a topic: by mail, in the app. Where something waits for an answer one must stay."""

    def __init__(self, *args: Any, ways: dict[Topic, Ways], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for topic, held in ways.items():
            for name, initial in (("mail", held.by_mail), ("app", held.in_app)):
                self.fields[f"{topic}_{name}"] = forms.BooleanField(
                    required=False, initial=initial, label=topic.label
                )

    def clean(self) -> dict[str, Any]:
        """Refuse to be told nothing of what waits for an answer."""
        said: dict[str, Any] = super().clean() or {}
        for topic in Topic:
            if topic in NEVER_OFF and not (said.get(f"{topic}_mail") or said.get(f"{topic}_app")):
                self.add_error(f"{topic}_mail", _("Choose mail, the app or both: here people wait for you."))
        return said

    def wanted(self) -> dict[str, Ways]:
        """What was chosen, by topic."""
        said = self.cleaned_data
        return {topic: Ways(said[f"{topic}_mail"], said[f"{topic}_app"]) for topic in Topic}

    def rows(self) -> list[tuple[Topic, forms.BoundField, forms.BoundField]]:
        """The topics with their two ticks."""
        return [(topic, self[f"{topic}_mail"], self[f"{topic}_app"]) for topic in Topic]
