"""The facts that a Chinese site must print in its footer: who publishes it, by which permits, whom to call.

The same footer stands under every page of a site, so what was read of it is remembered by its text.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from newsspider.record.items import as_record
from newsspider.record.sitefacts import Email, Licence, Phone

# A page may print punctuation in either width.
_COLON = r"\s*[:\uff1a]\s*"
_OPEN, _CLOSE = r"[(\uff08]", r"[)\uff09]"
_WORD = r"[^\s:\uff1a、,\uff0c;\uff1b()\uff08\uff09]"  # a character of a label

_LICENCE = re.compile(rf"(?P<label>{_WORD}{{2,30}}许可证){_COLON}(?P<number>\S{{4,40}})")
_BROADCAST = re.compile(rf"(?P<label>网视备)\s*(?P<number>{_OPEN}{_WORD}{{1,4}}{_CLOSE}\s*[\d-]{{5,30}}号)")
_ICP = re.compile(r"[\u4e00-\u9fff]ICP[备证]\s*\d{4,12}号(?:-\d{1,4})?")
_POLICE = re.compile(r"[\u4e00-\u9fff]公网安备\s*\d{8,20}号")
_COPYRIGHT = re.compile(r"Copyright[^\n]{0,300}(?:\n[^\n]{0,100}版权所有)?|[^\n]{0,300}版权所有[^\n]{0,100}")
_COPYRIGHT_ALONE = re.compile(r"Copyright[^\n]{0,300}")
_PUBLISHER = re.compile(r"(?P<name>[^\s©.]{2,60}(?:公司|集团|报社|电视台|广播台|通讯社|总台))\s*版权所有")
_PHONES = re.compile(rf"(?P<label>{_WORD}{{0,30}}电话){_COLON}(?P<numbers>[^\n]{{5,200}})")
_PHONE = re.compile(
    r"(?<!\d)(?P<number>0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|1\d{10}|\d{5})(?!\d)"
    rf"(?:\s*{_OPEN}(?P<holder>[^()\uff08\uff09]{{2,30}}){_CLOSE})?"
)
_EMAIL = re.compile(
    rf"(?:(?P<label>{_WORD}{{2,30}}){_COLON})?(?P<address>[A-Za-z0-9.+-]{{1,64}}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)


class Facts(NamedTuple):
    """The facts of one footer."""

    publisher: str | None
    copyright: str | None
    licences: tuple[Licence, ...]
    icp_numbers: tuple[str, ...]
    police_numbers: tuple[str, ...]
    phones: tuple[Phone, ...]
    emails: tuple[Email, ...]


@lru_cache(maxsize=16)
def read_footer(text: str) -> Facts | None:
    r"""Read the lines of a footer; ``None`` when they state no facts.

    >>> facts = read_footer("ICP备案:沪ICP备10207042号-1\n举报电话:021-62870000(市版权局)")
    >>> facts.icp_numbers, facts.phones
    (('沪ICP备10207042号-1',), (Phone(number='021-62870000', label='举报电话', holder='市版权局'),))
    """
    # Looking for a word is much faster than for what stands before it, and most footers have none of these.
    permits = [*_LICENCE.finditer(text)] if "许可证" in text else []
    permits = sorted((*permits, *_BROADCAST.finditer(text)), key=re.Match.start)
    has_owner = "版权所有" in text
    publisher = _PUBLISHER.search(text) if has_owner else None
    copyright_line = (_COPYRIGHT if has_owner else _COPYRIGHT_ALONE).search(text)
    facts = Facts(
        publisher=publisher and publisher["name"],
        copyright=copyright_line and " ".join(copyright_line[0].split()),
        licences=tuple(Licence(name=each["label"], number=each["number"]) for each in permits),
        icp_numbers=tuple(_ICP.findall(text)),
        police_numbers=tuple(_POLICE.findall(text)),
        phones=tuple(
            Phone(number=phone["number"], label=line["label"], holder=phone["holder"])
            for line in (_PHONES.finditer(text) if "电话" in text else ())
            for phone in _PHONE.finditer(line["numbers"])
        ),
        emails=tuple(
            Email(address=each["address"], label=each["label"])
            for each in (_EMAIL.finditer(text) if "@" in text else ())
        ),
    )
    return facts if any(facts) else None


@lru_cache(maxsize=16)
def digest(site: str, facts: Facts) -> str:
    """16 hexadecimal digits that change when one of the facts does."""
    plain: dict[str, Any] = {"site": site}
    for name, value in facts._asdict().items():
        plain[name] = as_record(list(value) if isinstance(value, tuple) else value)
    named = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(named.encode()).hexdigest()[:16]
