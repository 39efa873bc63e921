"""What the program does in the background: waiting, running, given up, and by the clock."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from jobs.declare import declared, periodic
from models.base import now
from models.work import Clock, Job, JobState, Run
from queries import jobs as known

from .cells import NOTHING, badge, moment, number
from .help import help_path
from .reader import look
from .shapes import Link

MOST = 50  # of a kind on the page
LATELY = 20
RETRY = ("retry", "Retry", "refresh")
NOW = ("now", "Try now", "player-play")
CANCEL = ("cancel", "Cancel", "x")


@dataclass(frozen=True)
class Line:
    """A job, or a clock. `actions` are (last part of the address, words, icon)."""

    key: int | str
    title: str
    says: str
    cells: Sequence[Markup]
    about: Link | None = None  # the run that it carries on
    error: str = ""
    mark: Markup = Markup("")
    actions: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    heads: Sequence[str]
    lines: Sequence[Line]
    empty: str
    count: str = ""
    retry_all: bool = False


@dataclass(frozen=True)
class JobsPage:
    title: str
    lede: str
    help: str
    tiles: Sequence[tuple[str, str, str, str]]  # address, title, number, a line of context
    stands: bool  # nobody does what waits
    manages: bool  # the reader may do something about it
    sections: Sequence[Section]
    workers: Sequence[tuple[str, Markup, Markup]]


def jobs_page(session: Session, manages: bool) -> JobsPage:
    at = now()
    lists = {
        JobState.DEAD: known.dead(session, MOST),
        JobState.RUNNING: known.running(session, MOST),
        JobState.WAITING: known.waiting(session, MOST),
    }
    counts = {
        state: len(found) if len(found) < MOST else known.count(session, state)
        for state, found in lists.items()
    }
    over = known.finished(session, LATELY, set(periodic()))
    runs = known.runs_of(session, [*(job for found in lists.values() for job in found), *over])
    clocks, workers = known.clocks(session), known.workers(session, at)
    return JobsPage(
        title="Jobs",
        lede="What the program does in the background, and by the clock.",
        help=help_path("operators.md#workers"),
        tiles=list(_tiles(counts, len(workers))),
        stands=known.nobody_works(session, at),
        manages=manages,
        sections=[
            _dead(lists[JobState.DEAD], counts, runs),
            _running(lists[JobState.RUNNING], counts, runs),
            _waiting(lists[JobState.WAITING], counts, runs),
            _clocks(clocks, at),
            _over(over, runs),
        ],
        workers=[
            (worker.name, moment(worker.seen_at, look()), number(worker.jobs, look())) for worker in workers
        ],
    )


def _tiles(counts: dict[JobState, int], workers: int) -> Iterator[tuple[str, str, str, str]]:
    yield "#waiting", "Waiting", _many(counts[JobState.WAITING]), "for their time or a worker"
    yield "#running", "Running", _many(counts[JobState.RUNNING]), "in the hands of a worker"
    dead = counts[JobState.DEAD]
    yield "#dead", "Gave up", _many(dead), "look why, then retry" if dead else "nothing failed for good"
    yield "#workers", "Workers", _many(workers), "seen in the last 10 minutes"


def _many(count: int) -> str:
    return f"{known.CAP:,}+" if count > known.CAP else f"{count:,}"


def _dead(jobs: list[Job], counts: dict[JobState, int], runs: dict[int, Run]) -> Section:
    lines = [_line(job, runs, _when(job.finished_at), _tries(job), actions=(RETRY, CANCEL)) for job in jobs]
    count = counts[JobState.DEAD]
    empty = "No job has used up its attempts."
    heads = ("When", "Attempts")
    return Section("dead", "Gave up", heads, lines, empty, _many(count), count > 1)


def _running(jobs: list[Job], counts: dict[JobState, int], runs: dict[int, Run]) -> Section:
    lines = [
        _line(job, runs, _when(job.started_at), _tries(job), _progress(job, runs), escape(job.worker))
        for job in jobs
    ]
    heads = ("Since", "Attempts", "Progress", "Worker")
    return Section("running", "Running", heads, lines, "Nothing runs now.", _many(counts[JobState.RUNNING]))


def _waiting(jobs: list[Job], counts: dict[JobState, int], runs: dict[int, Run]) -> Section:
    lines = []
    for job in jobs:
        later = job.run_at > now()
        cells = (_soon(job.run_at) if later else Markup("next"), _tries(job), _when(job.enqueued_at))
        lines.append(_line(job, runs, *cells, actions=(NOW, CANCEL) if later else (CANCEL,)))
    heads = ("Due", "Attempts", "Enqueued")
    return Section("waiting", "Waiting", heads, lines, "Nothing waits.", _many(counts[JobState.WAITING]))


def _over(jobs: list[Job], runs: dict[int, Run]) -> Section:
    lines = [
        _line(job, runs, _when(job.finished_at), badge(job.state), escape(job.result) or NOTHING)
        for job in jobs
    ]
    return Section("over", "Finished lately", ("When", "State", "Result"), lines, "Nothing yet.")


def _clocks(clocks: dict[str, Clock], at: dt.datetime) -> Section:
    lines = [
        _clock(name, clocks.get(name) or Clock(name=name, enabled=True), at) for name in sorted(periodic())
    ]
    heads = ("Every", "Last", "Result", "Next")
    return Section("clocks", "By the clock", heads, lines, "No job runs by the clock.")


def _clock(name: str, clock: Clock, at: dt.datetime) -> Line:
    said = periodic()[name]
    mark = Markup("") if clock.enabled else Markup('<span class="bdg t-gray plain">Off</span>')
    if clock.enabled and clock.last_failed:
        mark = Markup('<span class="bdg t-red">Failed</span>')
    switch = ("off", "Turn off", "player-pause") if clock.enabled else ("on", "Turn on", "player-play")
    result = NOTHING if clock.last_failed else escape(clock.last_result or "") or NOTHING
    following = _soon(clock.next_at) if clock.enabled and clock.next_at else NOTHING
    return Line(
        key=f"clock/{name}",
        title=said.title,
        says=said.says,
        cells=(escape(said.every.words), _when(clock.last_at), result, following),
        error=clock.last_result if clock.last_failed else "",
        mark=mark,
        actions=(("run", "Run now", "player-track-next"), switch),
    )


def _line(
    job: Job, runs: dict[int, Run], *cells: Markup, actions: Sequence[tuple[str, str, str]] = ()
) -> Line:
    run = runs.get(job.payload.get("run", 0))
    said = declared.get(job.name)
    return Line(
        key=job.id,
        title=title_of(job.name),
        says=said.says if said else "This version of the program does not know it.",
        cells=cells,
        about=Link(run.title, f"/admin/run/{run.id}/") if run else None,
        error=job.error if job.state is not JobState.DONE else "",
        actions=actions,
    )


def _progress(job: Job, runs: dict[int, Run]) -> Markup:
    run = runs.get(job.payload.get("run", 0))
    if run is None or not run.matched:
        return NOTHING
    done = run.matched - run.left
    return Markup(
        '<progress max="{}" value="{}" aria-label="Progress"></progress> <span class="num">{}</span>'
    ).format(run.matched, done, f"{done:,} of {run.matched:,}")


def title_of(name: str) -> str:
    said = declared.get(name)
    return said.title if said else name.replace("_", " ").capitalize()


def _tries(job: Job) -> Markup:
    return escape(f"{job.attempts} of {job.most_attempts}" if job.most_attempts else f"{job.attempts}")


def _when(at: dt.datetime | None) -> Markup:
    return moment(at, look()) if at else NOTHING


def _soon(at: dt.datetime) -> Markup:
    """A moment to come; "just now" would say that it has been."""
    return moment(at, look()) if at > now() + dt.timedelta(minutes=1) else Markup("within a minute")
