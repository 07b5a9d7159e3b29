"""Sentences for read errors, for a reader of the pages in their language."""

from __future__ import annotations

import json
import zipfile

from newsspider.errors import NewsspiderError
from newsspider.feeds.reading import PartAlteredError
from newsspider.text.message import Message, message
from newsspider.warc.recordbytes import WarcError


def reason(error: BaseException) -> Message:
    """Return the sentence for an error.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a.jsonl")).in_english()
    'a.jsonl is not there.'
    >>> reason(ValueError("odd")).in_english()
    'The program says: odd.'
    """
    match error:
        case PartAlteredError():
            return message("Its SHA-256 is not the one in its manifest.")
        case WarcError(path=path, offset=offset):
            return message(
                "The WARC record at byte %(offset)s of %(file)s is damaged or cut off. Restore the file from a copy.",
                offset=f"{offset:,}", file=path.name,
            )  # fmt: skip
        case NewsspiderError(__cause__=zipfile.BadZipFile()):
            return message("It is not a zip file that can be read.")
        case NewsspiderError(__cause__=OSError() as cause):
            return reason(cause)
        case FileNotFoundError(filename=str() as name):
            return message("%(name)s is not there.", name=name)
        case PermissionError(filename=str() as name):
            return message("This user may not read %(name)s.", name=name)
        case OSError(strerror=str() as said, filename=str() as name):
            return message("%(name)s: the system says: %(said)s.", name=name, said=said)
        case json.JSONDecodeError():
            return message("It is not JSON.")
    return message("The program says: %(error)s.", error=str(error).removesuffix("."))
