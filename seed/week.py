"""The last seven days at the desk: staff at work, through the operations that the panel uses.

Which change comes when follows from the step's number alone, so a week that was cut short goes
on with the next step.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

from sqlalchemy.orm import Session

from models.access import StaffUser
from models.act import Act, act_of, acting
from models.base import at
from queries.staff import by_email, permissions_of, roles_of
from queries.viewer import Viewer

from . import tasks
from .desk import PEOPLE
from .ids import close_gaps
from .names import SEED
from .progress import Mark, shown

STEPS = Mark("week")
LEAST = 24  # all of SCRIPT
DAYS = 6  # whole ones, and the last hours of today
OPEN, HOURS = 7, 11


@dataclass(frozen=True)
class Task:
    do: Callable[[tasks.Work], None]
    role: str
    reasons: tuple[str, ...]
    often: int = 1
    source: str = "panel"


ORDINARY = (
    Task(tasks.approve, "manager", ("Documents checked", "Proof of address seen"), 5),
    Task(tasks.suspend, "billing", ("Two reminders without an answer",), 4),
    Task(tasks.resume, "billing", ("Paid by bank transfer", "Payment plan agreed"), 3),
    Task(tasks.close, "manager", ("Moved away, cancelled in writing",), 1),
    Task(tasks.flag, "agent", ("Unclear who may order", "Returned post", "Two accounts?", ""), 9),
    Task(tasks.unflag, "manager", ("Cleared up on the phone", ""), 4),
    Task(tasks.add_tag, "sales", ("Spring campaign", "Talked at the fair", ""), 9),
    Task(tasks.remove_tag, "sales", ("Tag no longer true", ""), 3),
    Task(tasks.move, "agent", ("Moved house", "Street was misspelt", "New office"), 8),
    Task(tasks.change_email, "agent", ("Asked by e-mail, confirmed by phone", "Old address bounced"), 7),
    Task(tasks.change_phone, "agent", ("New mobile number", ""), 6),
    Task(tasks.write_note, "tech", ("",), 9),
    Task(tasks.warn, "manager", ("",), 2),
    Task(tasks.add_contact, "sales", ("New person in charge", ""), 5),
    Task(tasks.set_alerts, "agent", ("Asked to be warned", ""), 3),
    Task(tasks.change_terms, "manager", ("Agreed in the yearly review",), 4),
    Task(tasks.change_level, "billing", ("Contract renewed",), 3),
    Task(tasks.win, "sales", ("Signed on site", "Came through the web form"), 4),
)
# What has to have happened at least once, and in this order.
SCRIPT: Mapping[int, Task] = {
    3: Task(tasks.mistype_email, "agent", ("Customer called",)),
    6: Task(tasks.take_back, "manager", ("Typed into the wrong record",), source="restore"),
    9: Task(tasks.enter_twice, "sales", ("Order from the fair",)),
    13: Task(tasks.delete_double, "manager", ("Entered twice; the older record stays",)),
    16: Task(tasks.delete_contact, "manager", ("Left the company, asked to be removed",)),
    18: Task(tasks.approve, "manager", ("Documents checked",)),
    20: Task(tasks.warn, "manager", ("Complaint",)),
}


def work_through(session: Session, base: dt.datetime, customers: int) -> None:
    with at(base - dt.timedelta(days=7)):
        STEPS.begin(session)
        session.commit()
    total = min(300, max(LEAST, customers // 10))
    done = STEPS.read(session)
    with shown("Changes of a week", total, done) as reached:
        while done < total:
            done = Step(session, base, total).go()
            reached(done)


class Step:
    """One person does one thing: one transaction, with its number."""

    def __init__(self, session: Session, base: dt.datetime, total: int) -> None:
        self.session, self.base, self.total = session, base, total
        self.number = STEPS.hold(session)
        self.rng = Random((SEED << 20) | self.number)

    @cached_property
    def task(self) -> Task:
        return SCRIPT.get(self.number) or self.rng.choices(ORDINARY, [t.often for t in ORDINARY])[0]

    def go(self) -> int:
        session, program = self.session, act_of(self.session)
        if self.number < self.total:
            with at(moment(self.number, self.total, self.base)):
                close_gaps(session)
                viewer = self.viewer()
                acting(session, self.act(viewer))
                self.task.do(tasks.Work(session, viewer, self.rng))
                STEPS.move(session, self.number + 1)
                session.commit()
        acting(session, program)
        session.expunge_all()
        return min(self.number + 1, self.total)

    def viewer(self) -> Viewer:
        person = next(p for p in PEOPLE if p.role == self.task.role)
        staff: StaffUser = by_email(self.session, person.email)
        may = permissions_of(self.session, roles_of(self.session, staff.id))
        return Viewer(staff.id, staff.name, may, timezone=person.timezone)

    def act(self, viewer: Viewer) -> Act:
        return Act(
            staff_id=viewer.staff_id,
            staff_name=viewer.name,
            source=self.task.source,
            reason=self.rng.choice(self.task.reasons),
            address=f"203.0.113.{20 + len(viewer.name)}",  # kept for documentation
        )


def moment(number: int, total: int, base: dt.datetime) -> dt.datetime:
    """When a step was: in the hours of the desk on six days, the last ones a while ago today."""
    today = max(1, total // 20)
    if number >= total - today:
        return base - dt.timedelta(minutes=4 + 110 * (total - 1 - number) / today)
    share = number / (total - today) * DAYS
    opened = (base - dt.timedelta(days=DAYS)).replace(hour=OPEN, minute=0, second=0, microsecond=0)
    return opened + dt.timedelta(days=int(share), hours=share % 1 * HOURS)
