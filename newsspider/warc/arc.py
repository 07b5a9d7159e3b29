"""ARC, the format before WARC, read as if it were WARC; nothing here writes it.

Standard: https://archive.org/web/researcher/ArcFileFormat.php. A record is a line, ``URL IP date type length``, and
then that many bytes; a later version has more between type and length.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

ARC_VERSION = b"ARC/1.0"
"""The first line of a header that was made of a record line."""

MAX_LINE = 1 << 14
"""Bytes of a record line."""
# The address may lack its scheme, as in the oldest files.
_ADDRESS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:.+|[A-Za-z0-9][A-Za-z0-9-]*\.[^ ]+")
# An address may have blanks in it, and so may what follows the date: both are recognised by what stands between them.
_IP_AND_DATE = re.compile(rb" ([0-9A-Fa-f.:]+) (\d{17}|\d{14}|\d{12}) ")
_HOST_AND_DATE = re.compile(rb" ([^ ]+) (\d{17}|\d{14}|\d{12}|\d{8}) ")  # and what stands for an unknown one
_LENGTH = re.compile(rb"(?:.* )?(\d{1,18})")
_OF_HTTP = re.compile(rb"https?:|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_HEAD = re.compile(rb"(?:\r?\n)*(?:HTTP|ICY)[ /]", re.IGNORECASE)


def is_record_line(line: bytes) -> bool:
    """Tell whether *line* can hardly be anything else, wherever it stands."""
    return _IP_AND_DATE.search(line) is not None and as_warc(line) is not None


def as_warc(data: bytes) -> tuple[bytes, bytes] | None:
    r"""Return the record line that begins *data* as a WARC header, and what follows it; None if there is none.

    There is no record ID: ARC has none, and one made up here would be in no file.

    >>> header, rest = as_warc(b"http://a.cn/ 192.0.2.1 20140216050221 text/html 5\nHTTP/")
    >>> header.decode().splitlines()[1:4]
    ['WARC-Type: response', 'WARC-Target-URI: http://a.cn/', 'WARC-Date: 2014-02-16T05:02:21Z']
    >>> rest
    b'HTTP/'
    """
    end = data.find(b"\n", 0, MAX_LINE)
    line = data[: max(end, 0)].removesuffix(b"\r")
    named = _IP_AND_DATE.search(line) or _HOST_AND_DATE.search(line)
    if named is None or b"\r" in line or not _ADDRESS.fullmatch(line, 0, named.start()):
        return None
    mime, _, further = line[named.end() :].partition(b" ")
    stated = _LENGTH.fullmatch(further)
    if stated is None:
        return None
    url, (ip, date), length = line[: named.start()], named.groups(), stated[1]
    try:
        moment = datetime.strptime(date[:14].decode().ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    if url.startswith(b"filedesc:"):
        kind = b"warcinfo"
    elif _OF_HTTP.match(url) and _HEAD.match(data, end + 1):
        kind, mime = b"response", b"application/http;msgtype=response"
    else:  # also a page of the first crawls, which kept no heads
        kind = b"resource"
    header = [
        ARC_VERSION,
        b"WARC-Type: " + kind,
        b"WARC-Target-URI: " + url,
        b"WARC-Date: " + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(),
        b"WARC-IP-Address: " + ip,
        b"Content-Type: " + mime,
        b"Content-Length: " + length,
    ]
    return b"\r\n".join(header), data[end + 1 :]
