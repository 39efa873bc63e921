"""How the database means to answer what took long."""

import sqlalchemy as sa

from .timing import Timing

LONG = 5.0  # milliseconds


def bad_plans(engine: sa.Engine, timing: Timing) -> None:
    words = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS)"
    for statement in timing.statements:
        if statement.took > LONG:
            print(f"    {statement.took:.1f} ms  {' '.join(statement.text.split())}")
            for row in _explained(engine, words, statement.text, statement.values):
                print(f"        {row[-1]}")


def _explained(engine: sa.Engine, words: str, text: str, values: object) -> list:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"{words} {text}", values)
        return cursor.fetchall()
    finally:
        connection.rollback()
        connection.close()
