"""What an installation decides for itself."""

from sqlalchemy.orm import Mapped, mapped_column

from .base import Record
from .fields import Line, Name, Value
from .screen import Screen


class AppSetting(Record):
    """A decision of this installation, such as its country or whether customers need approval."""

    name: Mapped[Name] = mapped_column(unique=True, comment="The program asks for it by this name.")
    value: Mapped[Value] = mapped_column(default="")
    description: Mapped[Line] = mapped_column(default="", comment="What it decides; possible values.")

    screen = Screen(
        menu="Settings",
        group="System",
        icon="settings",
        list=("name", "value", "description", "updated_at"),
        search=("name", "description"),
        order="name",
        labels={"": "Setting"},
        form={"Setting": ("value",)},
        writes=frozenset({"update"}),
        help="operators.md#settings",
    )

    def __str__(self) -> str:
        return self.name
