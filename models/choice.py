"""Values from a short fixed list, with the words and the tone in which they are shown."""

import enum


class Choice(enum.StrEnum):
    """One of a few named values.

    A member is its stored value, optionally with a label and a tone (green: good, amber: waits,
    red: wants attention, gray and hollow: over, blue: for information)::

        class State(Choice):
            APPROVED = "approved", "Approved", "green"
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "gray"):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        member.tone = tone
        return member


class StateChoice(Choice):
    """A workflow state. Changes of it are written to the activity trail."""


class FlagChoice(Choice):
    """A coloured mark; the tone names the colour."""
