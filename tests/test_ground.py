"""The suite's own footing: tests do not see each other's rows, and marks mean what they say."""

import sqlalchemy as sa

from models.setting import AppSetting

from .ground.client import FormReader
from .requirements import marks, rows


def leave_a_row(session):
    before = session.scalars(sa.select(AppSetting.name)).all()
    assert "left_behind" not in before
    session.add(AppSetting(name="left_behind", value="1"))
    session.commit()


def test_a_row_written_by_one_test(session):
    leave_a_row(session)


def test_is_not_seen_by_the_next(session):
    leave_a_row(session)


def test_a_request_has_a_session_of_its_own(client, session, app):
    seen = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(id(_current_session(app))))
    try:
        client.get("/healthz")
        client.get("/healthz")
    finally:
        app.before_request_funcs[None].pop()
    assert id(session) not in seen


def _current_session(app):
    return app.extensions["sqlalchemy"].session()


def test_queries_counts_statements_and_not_their_frame(session, queries):
    with queries as seen:
        session.execute(sa.select(AppSetting.id))
        session.commit()
    assert len(seen) == 1


def test_an_empty_database_is_of_the_same_kind(database, empty_database):
    engine = sa.create_engine(empty_database)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
        assert engine.dialect.name == database.kind
    engine.dispose()


def test_all_rows_of_the_requirements_are_read():
    assert len(rows()) == 255
    assert list(rows())[:2] == ["S0.1", "S0.2"]


def test_marks_are_found_wherever_they_stand():
    source = """
pytestmark = pytest.mark.req("S0.1")
@pytest.mark.req("S0.2", "S0.3")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.req("S0.4"))])
def test(): ...
"""
    assert sorted(marks(source)) == ["S0.1", "S0.2", "S0.3", "S0.4"]


def test_a_form_is_read_as_a_browser_would_send_it():
    reader = FormReader()
    reader.feed(
        """<form method=post action=/a><input name=a value=1><input type=checkbox name=b checked>
        <input type=checkbox name=c value=9><input type=radio name=d value=1>
        <input type=radio name=d value=2 checked>
        <select name=e><option value=1>x<option value=2 selected>y</select><textarea name=f>
two &amp; two</textarea><input type=submit name=g value=h></form>"""
    )
    assert reader.forms[0].fields.to_dict() == {"a": "1", "b": "on", "d": "2", "e": "2", "f": "two & two"}
