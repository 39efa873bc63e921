"""What a person wrote in a mail, without what their program repeats below it or sends along unseen."""

import re
from collections.abc import Iterator, Sequence
from email.message import Message as Mail
from html import unescape

from models.text import clean

READ = 200_000  # bytes of the words of a mail that are looked at; nobody types more
SILENT = re.compile(r"(?i)<(!--|(?:script|style|head|title)\b)")
ENDS = {"!--": re.compile("-->")} | {
    name: re.compile(rf"(?i)</{name}\b[^<>]*>") for name in ("script", "style", "head", "title")
}
QUOTED = re.compile(r"(?i)<blockquote\b|<[a-z]+ [^<>]*\bid=\"?(?:divRplyFwdMsg|appendonsend)\b")
BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?li|/?tr|/?h[1-6])\b[^<>]*>")
TAG = re.compile(r"<[^<>]*>")
DIVIDER = re.compile(r"-{4,}[^-]+-{4,}|_{20,}")  # "-----Original Message-----"


def written(parts: Sequence[Mail]) -> str:
    """Of parts that are no files: plain text where there is any, else what a page of HTML says."""
    for kind, plainly in (("text/plain", _fresh), ("text/html", _of_html)):
        for part in parts:
            if part.get_content_type() == kind and (text := plainly(_decoded(part))):
                return text
    return ""


def _decoded(part: Mail) -> str:
    content = part.get_payload(decode=True)
    content = content[:READ] if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a character set that nobody knows
        return content.decode("utf-8", "replace")


def _of_html(html: str) -> str:
    bare = "".join(_spoken(html))
    above = _bare(bare[: found.start()]) if (found := QUOTED.search(bare)) else ""
    return _fresh(above or _bare(bare))


def _spoken(html: str) -> Iterator[str]:
    """What is not silent. Each end is looked for once: one that never comes silences the rest."""
    at = 0
    while begins := SILENT.search(html, at):
        yield html[at : begins.start()]
        ends = ENDS[begins[1].lower()].search(html, begins.end())
        if ends is None:
            return
        at = ends.end()
    yield html[at:]


def _bare(html: str) -> str:
    lines = TAG.sub("", BREAK.sub("\n", " ".join(html.split()))).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(unescape(line).split()) for line in lines))


def _fresh(text: str) -> str:
    """Without what a mail program repeats below the answer; all of it when the answer stands within."""
    whole = clean(text)
    lines = whole.split("\n")
    end = next((n for n, line in enumerate(lines) if DIVIDER.fullmatch(line.strip())), len(lines))
    lines = lines[:end]
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    if len(lines) < end and lines and lines[-1].rstrip().endswith(":"):
        lines = _without_who_wrote(lines)
    return "\n".join(lines).strip() or whole


def _without_who_wrote(lines: list[str]) -> list[str]:
    """Above what is repeated stands who wrote it and when, in at most three lines: it has a figure in it."""
    start = len(lines) - 1
    while start and lines[start - 1].strip() and len(lines) - start < 3:
        start -= 1
    alone = start == 0 or not lines[start - 1].strip()
    return lines[:start] if alone and re.search(r"\d", " ".join(lines[start:])) else lines
