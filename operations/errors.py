"""How an operation says no: in words that the person who asked can act on."""


class Refused(Exception):
    """A rule forbids it. `field` names what to change, "" when it is about the whole record."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class Invalid(Refused):
    """What was typed cannot be understood or stored."""


class Locked(Refused):
    """Nothing about this record may change until it is unlocked."""
