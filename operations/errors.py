"""How an operation says no: in words that the person who asked can act on."""


class Refused(Exception):
    """A rule forbids it. `field` names what to change, "" when it is about the whole record."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field, text)
        self.field = field
        self.text = text

    def __str__(self) -> str:
        return self.text


class Invalid(Refused):
    """What was typed cannot be understood or stored."""
