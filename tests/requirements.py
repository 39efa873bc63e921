"""The rows of docs/requirements.md, and which of them a test shows.

`make requirements` prints those without a test.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (S\d+\.\d+) \| (.*?) \|", re.MULTILINE)


@cache
def rows() -> dict[str, str]:
    """What each id asks for, in the order of the document."""
    return dict(ROW.findall((ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")))


def marks(source: str) -> Iterator[str]:
    """Ids in `pytest.mark.req(...)`, as decorator, module mark or mark of one parameter."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


def shown() -> dict[str, list[str]]:
    """Test files by id."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for row in marks(path.read_text(encoding="utf-8")):
            found.setdefault(row, []).append(path.name)
    return found


def main() -> None:
    done = shown()
    for row, text in rows().items():
        if row not in done:
            print(f"{row:6} {text}")
    print(f"\n{len(done)} of {len(rows())} are shown by a test; the others are listed above.")


if __name__ == "__main__":
    main()
