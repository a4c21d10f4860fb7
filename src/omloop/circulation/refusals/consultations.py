"""What is refused of questions for advice, in the reader's language."""

from django.utils.translation import gettext as _

from omloop.circulation.refusals import Refusal


class AdviceAwaited(Refusal):
    """The step waits for advice that was asked."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            _("This invoice waits for the advice of %(names)s. Wait for the answer, or recall the question.")
            % {"names": ", ".join(names)}
        )


class CannotBeConsulted(Refusal):
    """Nobody was named, or somebody who can't look at this invoice."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Choose whom you ask: up to twenty active people who may look at this invoice, "
                "and not yourself."
            )
        )


class AlreadyConsulted(Refusal):
    """A question to one of them is open on this step."""

    def __init__(self) -> None:
        super().__init__(
            _("One of them has a question of this step already. Wait for the answer, or recall it.")
        )


class QuestionMissing(Refusal):
    """Whoever asks for advice says what about."""

    def __init__(self) -> None:
        super().__init__(_("Write what you want advice on."))


class AnswerMissing(Refusal):
    """Advice is in words."""

    def __init__(self) -> None:
        super().__init__(_("Write your advice: whoever asked decides with it."))


class UnknownConsultation(Refusal):
    """No such question, or one that this person can't see."""

    def __init__(self) -> None:
        super().__init__(_("This question does not exist."))


class NotConsulted(Refusal):
    """The question is another's, or is over."""

    def __init__(self) -> None:
        super().__init__(
            _("This question is not asked of you (any more): it was answered, recalled or decided.")
        )
