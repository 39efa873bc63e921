"""Mails that come in: what is read of them, whatever they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.mail_in import LARGEST, Unreadable, read
from operations.mail_words import READ

HEAD = "From: Ann Lee <Ann@Lee.example>\r\nMessage-ID: <a1@lee.example>\r\nSubject: Re: No light\r\n"


def mail(body="Yes.", head="", kind="text/plain; charset=utf-8"):
    return f"{HEAD}{head}Content-Type: {kind}\r\n\r\n{body}".encode()


def test_a_mail_says_who_what_and_to_which_mail_it_answers():
    found = read(
        mail(
            head="In-Reply-To: <m2@desk.example>\r\nReferences: <ticket.7@desk.example> <m1@desk.example>\r\n"
        )
    )
    assert (found.sender, found.mail_id) == ("ann@lee.example", "<a1@lee.example>")
    assert (found.subject, found.text) == ("Re: No light", "Yes.")
    assert found.answers == ("<m2@desk.example>", "<m1@desk.example>", "<ticket.7@desk.example>")


@pytest.mark.parametrize(
    "below",
    [
        "On Sun, Nov 22, 2026 at 10:00 AM Recordroom <desk@desk.example>\nwrote:\n\n> Hello Ann,\n>\n> bye\n",
        "Am 22.11.26 um 10:00 schrieb Recordroom:\n> Hello Ann,\n",
        "-----Original Message-----\nFrom: Recordroom\n\nHello Ann,\n",
        "________________________________\nFrom: Recordroom\n",
        "> Hello Ann,\n> try again.\n\n",
    ],
)
def test_what_a_mail_program_repeats_below_is_left_out(below):
    assert read(mail(f"It works now.\n\nThank you: Ann\n\n{below}")).text == "It works now.\n\nThank you: Ann"


@pytest.mark.parametrize(
    "text", ["> Did you try?\n\nYes, twice:\n\n> And?\n\nNo.", "> only this", "Three things:"]
)
def test_an_answer_between_the_lines_stays_whole(text):
    assert read(mail(text)).text == text


def test_a_mail_of_html_alone_is_read_as_text():
    html = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>It <b>works</b> &amp; shines"
        "<br>now.</p><script>alert(1)</script><div>Ann</div><blockquote><p>Hello Ann</p></blockquote></body>"
    )
    assert read(mail(html, kind="text/html; charset=utf-8")).text == "It works & shines\nnow.\n\nAnn"


def test_of_two_kinds_the_plain_one_is_read_and_files_are_named():
    parts = (
        "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
        "--c\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n"
        "--c\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--c--\r\n"
        '--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="lamp.png"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )
    found = read(mail(parts, kind="multipart/mixed; boundary=b"))
    assert (found.text, found.files) == ("Grüße", ("lamp.png",))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (mail().replace(b"; charset=utf-8", b"").replace(b"Yes.", "Grüße".encode()), "Grüße"),
        (mail().replace(b"utf-8", b"x-nobody-knows"), "Yes."),
        (mail().replace(b"utf-8", b"rot13"), "Yes."),
        (mail().replace(b"utf-8", b"latin-1").replace(b"Yes.", b"Gr\xfc\xdfe"), "Grüße"),
        (mail("\x00Yes\u202e."), "Yes."),
        (mail(kind="multipart/mixed"), ""),
        (mail(kind="application/octet-stream"), ""),
        (HEAD.encode(), ""),
    ],
)
def test_what_is_written_badly_is_read_as_well_as_can_be(raw, text):
    assert read(raw).text == text


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Precedence: bulk\r\n",
        "Return-Path: <>\r\n",
        "X-Autoreply: yes\r\n",
        "List-Id: <all.lee.example>\r\n",
    ],
)
def test_what_a_program_sends_is_known_for_it(head):
    assert read(mail(head=head)).by_itself
    assert not read(mail(head="Auto-Submitted: no\r\nReturn-Path: <ann@lee.example>\r\n")).by_itself


@pytest.mark.parametrize(
    "senders",
    [
        "",
        "From: \r\n",
        "From: nobody\r\n",
        "From: a@b.example, c@d.example\r\n",
        "From: a@b.example\r\nFrom: c@d.example\r\n",
    ],
)
def test_a_mail_from_nobody_or_from_several_is_none(senders):
    with pytest.raises(Unreadable, match="from whom"):
        read(f"{senders}Subject: Hi\r\n\r\nYes.".encode())


def test_a_huge_mail_is_refused_and_a_long_one_is_read_in_part():
    with pytest.raises(Unreadable, match="larger than 25 MB"):
        read(mail() + b"x" * LARGEST)
    assert len(read(mail("x" * 1_000_000)).text) == READ


@pytest.mark.parametrize("bit", ["<", "<!--", "<a ", "<script>", "<blockquote", "&#", "<p", "> ", "-", "\n"])
def test_markup_that_never_ends_takes_no_time(bit):
    began = time.monotonic()
    read(mail(bit * 100_000, kind="text/html"))
    read(mail(bit * 100_000))
    assert time.monotonic() - began < 10


def test_parts_within_parts_without_end_are_refused_or_read():
    deep = "".join(
        f"--b{n}\r\nContent-Type: multipart/mixed; boundary=b{n + 1}\r\n\r\n" for n in range(2_000)
    )
    try:
        assert read(mail(deep, kind="multipart/mixed; boundary=b0")).text == ""
    except Unreadable:
        pass


def test_without_an_id_the_same_mail_is_known_by_what_it_holds():
    one, other = (
        read(mail(text).replace(b"Message-ID: <a1@lee.example>\r\n", b"")) for text in ("Yes.", "No.")
    )
    assert one.mail_id.startswith("sha256:") and one.mail_id != other.mail_id
    assert read(mail().replace(b"<a1@", b"<" + b"a" * 900 + b"@")).mail_id.startswith("sha256:")


@given(st.binary(max_size=2_000))
def test_no_bytes_are_too_odd(junk):
    for raw in (junk, mail() + junk, HEAD.encode() + junk):
        try:
            read(raw)
        except Unreadable:
            pass


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_no_header_is_too_odd(subject, sender, charset):
    raw = f"From: {sender} <a@b.example>\r\nSubject: =?{charset}?q?{subject}?=\r\n\r\nHi"
    try:
        found = read(raw.encode("utf-8", "replace"))
        assert "\n" not in found.subject and "\x00" not in found.subject
    except Unreadable:
        pass
