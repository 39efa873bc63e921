"""Operations and undo on the command line."""

import json
import os
import subprocess
import sys

import pytest

from models.access import StaffUser
from models.customer import Customer, CustomerState, CustomerTag, Flag, Tag
from models.history import Transaction
from models.work import Run
from seed.factory import make

from .source import ROOT


@pytest.fixture
def command(app, session):
    def call(*words):
        session.commit()
        answer = app.test_cli_runner().invoke(args=list(words))
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
        session.expire_all()
        return answer.exit_code, json.loads(answer.output)

    return call


def test_it_flags_what_a_filter_finds(session, command):
    rows = [make(session, Customer) for _ in range(3)]
    closed = make(session, Customer, workflow_state=CustomerState.CLOSED)
    code, said = command("operate", "customer.flag", "--where", "state=approved", "--answer", "flag=red")
    assert code == 0
    assert {"run", "matched", "changed", "refused", "failed", "skipped", "seconds"} <= said.keys()
    assert (said["matched"], said["changed"]) == (3, 3)
    assert [session.get(Customer, row.id).flag for row in rows] == [Flag.RED] * 3
    assert session.get(Customer, closed.id).flag is None


def test_a_preview_changes_nothing(session, command):
    row = make(session, Customer)
    code, said = command(
        "operate", "customer.flag", "--ids", str(row.id), "--answer", "flag=red", "--preview"
    )
    assert (code, said["changed"]) == (0, 1)
    assert session.get(Customer, row.id).flag is None


def test_answers_may_be_names(session, command):
    row = make(session, Customer)
    make(session, Tag, name="VIP")
    make(session, Tag, name="Late")
    code, said = command("operate", "customer.tag", "--ids", str(row.id), "--answer", "tags=vip,Late")
    assert (code, said["changed"]) == (0, 1)
    assert session.query(CustomerTag).count() == 2


def test_fields_are_set_and_emptied(session, command):
    row = make(session, Customer, debit_day=5)
    session.commit()
    ids = ("--ids", str(row.id))
    answers = ("--answer", "terms_days=30", "--answer", "prepaid=yes", "--answer", "leave_empty=debit_day")
    code, said = command("operate", "customer.set_field", *ids, *answers)
    session.expire_all()
    assert code == 0 and said["changed"] == 1
    assert (row.terms_days, row.prepaid, row.debit_day) == (30, True, None)
    session.rollback()
    code, said = command("operate", "customer.set_field", *ids, "--answer", "leave_empty=balance")
    assert code == 1


def test_undo_takes_it_back(session, command):
    row = make(session, Customer)
    _, said = command("operate", "customer.flag", "--ids", str(row.id), "--answer", "flag=red")
    code, back = command("undo", str(said["run"]), "--preview")
    assert (code, back["changed"]) == (0, 1) and session.get(Customer, row.id).flag is Flag.RED
    code, back = command("undo", str(said["run"]))
    assert (code, back["changed"]) == (0, 1) and session.get(Customer, row.id).flag is None
    code, again = command("undo", str(said["run"]))
    assert code == 1 and "undoing this" in again["error"]


def test_many_rows_are_done_before_it_returns(session, command):
    for _ in range(201):
        make(session, Customer)
    code, said = command("operate", "customer.flag", "--where", "", "--answer", "flag=red")
    assert (code, said["changed"]) == (0, 201)


def test_it_says_who_and_why(session, command, signed_in):
    signed_in("admin")
    row = make(session, Customer)
    email = session.query(StaffUser).first().email
    _, said = command(
        "operate", "customer.flag", "--ids", str(row.id), "--answer", "flag=red", "--reason", "Called",
        "--as", email,
    )  # fmt: skip
    run = session.get(Run, said["run"])
    assert run.reason == "Called" and run.staff_id
    step = session.query(Transaction).filter_by(run_id=run.id).one()
    assert (step.reason, step.staff_id, step.source) == ("Called", run.staff_id, "command")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["customer.fly", "--ids", "1"], "no operation “customer.fly”; customer has approve"),
        (["nothing.flag", "--ids", "1"], "no operation “nothing.flag”"),
        (["customer.flag", "--ids", "1"], "flag: This is needed"),
        (["customer.flag", "--ids", "x", "--answer", "flag=red"], "ids as numbers"),
        (["customer.flag", "--answer", "flag=red"], "Say which rows"),
        (["customer.flag", "--where", "colour=red", "--answer", "flag=red"], "There is no filter"),
        (["customer.flag", "--where", "state=flying", "--answer", "flag=red"], "flying"),
        (["customer.flag", "--ids", "1", "--answer", "flag=pink"], "pink"),
        (["customer.flag", "--ids", "1", "--answer", "colour=red"], "asks for flag"),
        (["customer.tag", "--ids", "1", "--answer", "tags=nowhere"], "no tag “nowhere”"),
        (["customer.flag", "--where", "state", "--answer", "flag=red"], "as in the address"),
        (["customer.flag", "--where", "state=", "--answer", "flag=red"], "“state” has no value"),
        (["customer.flag", "--where", "view=nowhere", "--answer", "flag=red"], "no view “nowhere”"),
        (["customer.flag", "--ids", "1", "--answer", "flag=red", "--answer", "flag=blue"], "flag: This is a"),
        (
            ["customer.suspend", "--ids", "1", "--answer", "tell_them=x", "--reason", "x"],
            "tell_them: Say yes",
        ),
        (["customer.set_field", "--ids", "1", "--answer", "reseller_id="], "Fill in what to set"),
        (["customer.assign_reseller", "--ids", "1", "--answer", f"reseller_id={9**30}"], "Choose one"),
        (["customer.flag", "--ids", "1", "--answer", "flag=red", "--as", "x@y.example"], "Nobody signs in"),
        (["customer.flag", "--where", "state=suspended", "--answer", "flag=red"], "No row is meant"),
    ],
)
def test_what_cannot_run_says_why_and_exits_with_1(command, words, says):
    code, said = command("operate", *words)
    assert code == 1 and says in said["error"]


def test_rows_that_are_not_there_are_refused_and_it_says_so(session, command):
    code, said = command("operate", "customer.flag", "--ids", "999999", "--answer", "flag=red")
    assert (code, said["matched"], said["refused"]) == (1, 1, 1)
    assert said["why"] == {"There is no such customer, or you may not see it.": 1}


def test_a_preview_of_what_nobody_could_do_ends_with_1_as_well(session, command):
    row = make(session, Customer)
    code, said = command(
        "operate", "customer.set_field", "--ids", str(row.id), "--answer", "debit_day=99", "--preview"
    )
    assert (code, said["refused"], said["why"]) == (1, 1, {"Use a day from 1 to 31.": 1})


def test_a_view_of_the_list_means_what_it_shows(session, command):
    flagged, other = make(session, Customer, flag=Flag.BLUE), make(session, Customer)
    code, said = command("operate", "customer.unflag", "--where", "view=flagged")
    assert (code, said["matched"], said["changed"]) == (0, 1, 1)
    assert (flagged.flag, other.flag) == (None, None)


@pytest.mark.parametrize("run", ["x", "0", "99999", str(9**30)])
def test_undo_of_a_run_that_is_not_there_says_so(command, run):
    assert command("undo", run) == (1, {"error": f"There is no run {run}."})


def test_a_run_of_somebody_else_is_not_there(session, command, signed_in):
    viewer = session.get(StaffUser, signed_in("viewer").staff_id)
    row = make(session, Customer)
    _, said = command("operate", "customer.flag", "--ids", str(row.id), "--answer", "flag=red")
    code, back = command("undo", str(said["run"]), "--as", viewer.email)
    assert (code, back) == (1, {"error": f"There is no run {said['run']}."})


def test_a_database_without_tables_is_told_in_a_line(empty_database, tmp_path):
    told = {"DATABASE_URL": empty_database, "RECORDROOM_ENV": "development", "WORKER": "off"}
    command = [sys.executable, "-m", "flask", "--app", "app", "operate", "customer.flag", "--ids", "1"]
    answer = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True)
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
    assert "The database cannot be used (flask db upgrade?)" in answer.stderr
