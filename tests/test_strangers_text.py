"""What strangers put into archives moves no terminal: it is written out in all that is printed, logged and shown."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.crawl.logs import JsonFormatter, TextFormatter
from newsspider.terminal import console
from newsspider.text.escaping import as_html, as_json, printable
from tests.archive.odd import members, record

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "\x00\x07\x08\x1b]0;x\x07\x1b[2J\x7f\x85\x9b31m\u061c\u200e\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\t\r"
MOVES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
ARTICLE = "https://www.kankanews.com/detail/LMwVGgj402z"


def response(head: str, body: str, url: str, number: int) -> bytes:
    block = f"HTTP/1.1 {head}\r\n\r\n{body}".encode("utf-8", "surrogateescape")
    return record({"WARC-Target-URI": url}, block=block, number=number)


def hostile_records() -> list[bytes]:
    """Records that hold such characters in each of their fields, one after the other, and in what they are of."""
    fields = ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "Content-Type", "WARC-Payload-Digest",
              "WARC-Block-Digest", "WARC-Refers-To", "WARC-Concurrent-To", "WARC-Warcinfo-ID", "Content-Length",
              f"X-{HOSTILE}"]  # fmt: skip
    lead = {"WARC-Record-ID": "<urn:", "WARC-Target-URI": "http://news.example/", "WARC-Payload-Digest": "sha1:"}
    made = [
        record({name: (lead.get(name, "") + HOSTILE).encode()}, number=number) for number, name in enumerate(fields)
    ]
    made += [
        record({"WARC-Target-URI": b"http://news.example/\xff\x1b"}),
        record(version=f"WARC/1.{HOSTILE}".encode()),
        response("200 OK\r\nContent-Type: text/plain", "", "https://www.kankanews.com/robots.txt", 20),
        response(f"302 Found\r\nLocation: http://other.example/{HOSTILE}", "", "https://www.kankanews.com/", 21),
        response(f"302 Found\r\nLocation: http://other.example/{HOSTILE}", "", ARTICLE, 22),
        response(
            f"200 {HOSTILE}\r\nContent-Type: text/html",
            f"<title>{HOSTILE}</title><a href='/detail/LMwVGgj402z'>{HOSTILE}</a>",
            "https://www.kankanews.com/k24", 23,
        ),
        response(f"500 {HOSTILE}", HOSTILE, "https://www.kankanews.com/detail/aaaaaaaaaaa", 24),
        response(
            f"200 OK\r\nContent-Type: text/html{HOSTILE}\r\nContent-Encoding: gzip",
            "\x1f\udc8b\x08\x1b[2J", "https://www.kankanews.com/detail/bbbbbbbbbbb", 25,
        ),
    ]  # fmt: skip
    return made


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """A folder with a WARC file and a package, whose names and members are called so as well."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "collection" / "archive").mkdir(parents=True)
    name = "x\x1b[2J\u202e\x9b.warc.gz"
    (folder / "collection" / "archive" / name).write_bytes(members(*hostile_records()))
    (folder / "collection" / "archive" / "\x1b[2J\u202e.warc.bz2").write_bytes(b"BZh9")
    listed = {"resources": [{"path": f"\x1b[2J\u202e{n}", "hash": f"\x9b{n}", "bytes": 1} for n in range(3)]}
    with zipfile.ZipFile(folder / "x\x1b[2J.wacz", "w") as made:
        made.writestr("archive/\x1b]0;x\x07\u202e.warc.gz", members(*hostile_records()))
        made.writestr("\x1b[2J.txt", b"")
        made.writestr("\u202e\x9b.wacz", b"")
        made.writestr("datapackage.json", json.dumps(listed))
    return folder


COMMANDS = [
    ("verify", "{collection}"),
    ("verify", "--json", "{collection}", "{package}"),
    ("verify", "{package}"),
    ("extract", "{collection}", "{package}", "--to", "{out}"),
    ("index", "collection"),
    ("crawl", "kankanews", "-a", "archive={collection}"),
    ("crawl", "kankanews", "-a", "archive={package}", "-s", "LOG_JSON=1"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_no_command_writes_a_character_that_moves_a_terminal(command, archive, scrapy_run, tmp_path):
    places = {"collection": archive / "collection", "package": archive / "x\x1b[2J.wacz", "out": tmp_path / "out"}

    env = {"NEWSSPIDER_ARCHIVE_DIR": str(archive)} if command[0] == "index" else {}
    ended = scrapy_run(*(part.format(**places) for part in command), env=env)

    shown = ended.stdout + ended.stderr
    assert "Traceback" not in shown
    assert MOVES.findall(shown) == []
    if command[0] == "extract":  # which names them in its manifest
        assert "\\u001b" in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    elif "--json" not in command and "LOG_JSON=1" not in command:
        assert r"\x1b" in shown  # they were there, and are written out
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix in (".html", ".json")]
    for path in written:
        assert MOVES.findall(path.read_text(encoding="utf-8")) == [], path
    assert written or command[0] in ("verify", "index")


@given(text=st.text(st.characters(), max_size=60) | st.text(st.sampled_from(HOSTILE + "\n\udcff\ud800 a"), max_size=40))
def test_whatever_text_is_printed_logged_or_shown_moves_nothing(text):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        console.say(text)
        console.say(text, colours=True)
        console.say_lines(text)
        console.say_json({text: [text]})
        console.complain(text)
    event = logging.makeLogRecord({"msg": "%s", "args": (text,), "name": text})
    shown = [out.getvalue(), err.getvalue(), as_html(text), as_json(text), printable(text)]
    shown.append(JsonFormatter().format(event))
    shown += [TextFormatter("%(name)s %(message)s", None, folded=folded).format(event) for folded in (True, False)]

    allowed = re.compile("\x1b\\[[0-9]{1,2}m")  # a colour in a line that is said to have them
    assert [MOVES.findall(allowed.sub("", each)) for each in shown] == [[]] * len(shown)
    assert err.getvalue().count("\n") == 1
    # JSON makes one character of both halves of a pair.
    assert json.loads(as_json(text)) == text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    "".join(shown).encode()


def test_reader_that_has_seen_enough_is_no_traceback(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        console.say("a line", flush=True)
        console.say("another", flush=True)


def test_colours_of_ours_stay_and_nothing_else(capsys):
    console.say("\x1b[31mred\x1b[0m \x1b[2J\x1b[31;5;6m", colours=True)

    assert capsys.readouterr().out == "\x1b[31mred\x1b[0m \\x1b[2J\\x1b[31;5;6m\n"
