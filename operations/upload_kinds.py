"""What an upload is, by its bytes: what people call a file says nothing about what it holds.

Nothing is unpacked, drawn or run here, so an archive that would grow and a picture that would fill
the memory cost no more than their size; pictures beyond what a camera takes are refused for the
sake of whoever opens them.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category

from models.text import clean

from .errors import Refused
from .files import FILE

ACCEPT = "application/pdf,image/jpeg,image/png"
MOST_PIXELS = 200_000_000
LONGEST_NAME = 200
ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,5})$")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # also what turns or hides the letters that follow


@dataclass(frozen=True)
class Kind:
    media_type: str
    endings: tuple[str, ...]  # the first one is given to a file that has none


PDF = Kind("application/pdf", ("pdf",))
JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
PNG = Kind("image/png", ("png",))
KINDS = (PDF, JPEG, PNG)
TAKEN = "Take a PDF, a JPEG or a PNG."
# How others begin, so that the refusal can say what it was.
OTHERS = (
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a script"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"PK\x05\x06", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"GIF8", "a GIF"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"RIFF", "a WebP picture or a sound"),
)
MARKUP = ((b"<svg", "an SVG drawing"), (b"<html", "a web page"), (b"<!doctype html", "a web page"))
HEIC = "a HEIC photo; set the phone to take JPEG, or send it to yourself as one"


def kind_of(content: bytes) -> Kind:
    """PDF, JPEG or PNG. Refused, in words that say what it is, when it is anything else."""
    if not content:
        raise Refused("The file is empty.", FILE)
    if content.startswith(b"%PDF-"):
        return _whole(PDF, b"%%EOF" in content[-2048:])
    if content.startswith(b"\xff\xd8\xff"):
        return _whole(JPEG, _small(_jpeg_size(content)) and b"\xff\xd9" in content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _whole(PNG, _small(_png_size(content)))
    raise Refused(f"This is {_what(content)}. {TAKEN}", FILE)


def _whole(kind: Kind, good: bool) -> Kind:
    if not good:
        raise Refused("The file is damaged or cut off. Make it anew, or send it again.", FILE)
    return kind


def _what(content: bytes) -> str:
    for beginning, words in OTHERS:
        if content.startswith(beginning):
            return words
    if content[4:8] == b"ftyp":
        return HEIC if content[8:11] in (b"hei", b"hev", b"mif", b"msf") else "a film"
    start = content[:1024].lower()
    return next((words for mark, words in MARKUP if mark in start), "a file of another kind")


def _small(size: tuple[int, int] | None) -> bool:
    """False when there is no size to be found; refused when it is enormous."""
    if size is None or not (size[0] and size[1]):
        return False
    if size[0] * size[1] > MOST_PIXELS:
        raise Refused(f"The picture has {size[0]:,} × {size[1]:,} points, which is too large to open.", FILE)
    return True


def _png_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 33 or b"IEND" not in content[-64:]:
        return None
    return struct.unpack(">II", content[16:24])


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the frame header. What a phone writes behind the picture is left alone."""
    for marker, at, length in _segments(content):
        # C4, C8 and CC are tables; all others from C0 to CF begin a frame.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and length >= 6:
            height, width = struct.unpack(">HH", content[at + 1 : at + 5])
            return width, height
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, where its data begin, and how many bytes they are, up to the picture itself."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker == 0xDA or length < 2 or at + 2 + length > len(content):
            return
        yield marker, at + 4, length - 2
        at += 2 + length


def named(name: str, kind: Kind) -> str:
    """What a file is called: no path, nothing invisible, one line, and an ending that tells what it is."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in clean(last).replace("\n", " ") if category(c) not in UNSEEN)
    bare = " ".join(seen.split()).rstrip(". ")
    ending = ENDING.search(bare)
    if ending and not any(ending[1].lower() in k.endings for k in KINDS):
        raise Refused(f"Files that end in .{ending[1]} are not taken. {TAKEN}", FILE)
    stem = bare[: ending.start()] if ending else bare
    same = ending and ending[1].lower() in kind.endings
    tail = ending[1] if same else kind.endings[0]
    return f"{stem[: LONGEST_NAME - len(tail) - 1].strip('. ') or 'document'}.{tail}"
