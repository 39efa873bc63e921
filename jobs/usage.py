"""Files of usage, and sessions that have ended."""

import datetime as dt

from operations.errors import Refused
from operations.usage import files, folder
from operations.usage.accounting import Ground
from operations.usage.connections import count_ended
from operations.usage.formats import WrongFile

from .declare import Work, job

LATELY = dt.timedelta(days=3)  # sessions that ended longer ago come by file
SESSIONS = 2_000  # that are counted in one transaction


@job(minutes=5, attempts=20, given_up=lambda session, error, file: files.give_up(session, file, str(error)))
def read_usage_file(work: Work, file: int) -> str:
    """Read a file of usage to its end.

    Safe to run twice, and by two workers at once: each piece locks the row of the file, begins where
    the last one ended, and commits with its own end.
    """
    row = files.of(work.session, file)
    if row is None:
        return "the file is gone"
    try:
        source = files.opened(work.session, row)
    except (WrongFile, Refused, OSError) as problem:
        files.give_up(work.session, file, str(problem)[:1000])
        return "refused"
    while files.read_on(work.session, file, source):
        work.go_on()
    return files.told(work.session, file)


@job(every="1 minute", minutes=5)
def watch_usage_folder(work: Work) -> str:
    """Take in the files of usage that have arrived in the import folder.

    Safe to run twice: a file leaves the folder once it is taken in, and its lines are known by their keys.
    """
    taken = 0
    for path in folder.arrived():
        where = folder.take(work.session, path)
        work.go_on()
        folder.put_away(path, where)
        taken += 1
    return f"{taken} taken in" if taken else ""


@job(every="5 minutes", minutes=5)
def count_sessions(work: Work) -> str:
    """Count the data of sessions that access servers have ended.

    Safe to run twice: a session is counted under its key, once.
    """
    ground, counted = Ground.of(work.session), 0
    while some := count_ended(work.session, ground, work.now - LATELY, SESSIONS):
        counted += some
        work.go_on()
    return f"{counted:,} counted" if counted else ""
