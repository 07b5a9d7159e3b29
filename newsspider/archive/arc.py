"""ARC, the format before WARC, read as if it were WARC; nothing here writes it.

Standard: https://archive.org/web/researcher/ArcFileFormat.php. A record is a line, ``URL IP date type length``, and
then that many bytes; a later version has more between type and length.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LINE = re.compile(
    rb"([a-z][a-z0-9+.-]*:[^\r\n]{1,8192}?) ([0-9A-Fa-f.:]+) (\d{12}|\d{14}) ([^ \r\n]*) "
    rb"(?:[^\r\n]{0,8192} )?(\d+)\r?\n"
)


def as_warc(data: bytes) -> tuple[bytes, bytes] | None:
    r"""Return the record line that begins *data* as a WARC header, and what follows it; None if there is none.

    There is no record ID: ARC has none, and one made up here would be in no file.

    >>> header, rest = as_warc(b"http://a.cn/ 192.0.2.1 20140216050221 text/html 5\nHTTP/")
    >>> header.decode().splitlines()[1:4]
    ['WARC-Type: response', 'WARC-Target-URI: http://a.cn/', 'WARC-Date: 2014-02-16T05:02:21Z']
    >>> rest
    b'HTTP/'
    """
    line = _LINE.match(data)
    if line is None:
        return None
    url, ip, date, mime, length = line.groups()
    try:
        moment = datetime.strptime(date.decode().ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    if url.startswith(b"filedesc:"):
        kind = b"warcinfo"
    elif url.startswith((b"http:", b"https:")):
        kind, mime = b"response", b"application/http;msgtype=response"
    else:
        kind = b"resource"
    header = [
        b"ARC/1.0",
        b"WARC-Type: " + kind,
        b"WARC-Target-URI: " + url,
        b"WARC-Date: " + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(),
        b"WARC-IP-Address: " + ip,
        b"Content-Type: " + mime,
        b"Content-Length: " + length,
    ]
    return b"\r\n".join(header), data[line.end() :]
