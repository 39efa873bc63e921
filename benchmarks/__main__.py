"""`python -m benchmarks`: how long pages take, and how much of that their statements need at least.

The floor is the same statements once more, sent by the driver alone: no request, no page.
"""

import argparse

from models.base import db

from .pages import pages
from .plans import bad_plans
from .timing import Timing, timed
from .world import addresses, customers, signed_in, world

COLUMNS = ("page ms", "p95", "SQL ms", "statements", "floor ms", "kB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--requests", type=int, default=30, help="per page; medians are shown")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--plans", action="store_true", help="show the plans of statements over 5 ms")
    asked = parser.parse_args()
    count = customers()
    for address in addresses(count):
        with world(address, count) as (app, engine):
            print(f"\n{engine.dialect.name}, {count:,} customers, medians of {asked.requests} requests\n")
            client = signed_in(app)
            chosen = [page for page in pages(db.session(), count) if asked.only in page.name]
            db.session.remove()
            head()
            for page in chosen:
                timing = timed(app, engine, client, page, asked.requests)
                line(timing)
                if asked.plans:
                    bad_plans(engine, timing)


def head() -> None:
    print(f"{'':<30}" + "".join(f"{name:>12}" for name in COLUMNS))


def line(timing: Timing) -> None:
    values = (
        f"{timing.median:.1f}",
        f"{timing.slow:.1f}",
        f"{timing.sql:.1f}",
        str(len(timing.statements)),
        f"{timing.floor:.1f}",
        f"{timing.size / 1024:.0f}",
    )
    print(f"{timing.name:<30}" + "".join(f"{value:>12}" for value in values), flush=True)


if __name__ == "__main__":
    main()
