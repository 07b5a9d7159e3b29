"""One object, whole, as a file here: by a single request, where reading it in its place would take several."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

from newsspider.collection.objects import ObjectStoreError, asked, whole

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.collection.objects import ObjectPath

_CHUNK = 1 << 16


def download(source: ObjectPath, target: Path) -> str:
    """Make *target* what *source* is; return its ETag. FileNotFoundError, ObjectStoreError, OSError."""

    def get(s3: Any) -> str:
        answer = s3.get_object(Bucket=source.bucket, Key=source.key)
        with closing(answer["Body"]) as body, target.open("wb") as file:
            whole(answer, "ETag", "ContentLength")
            shutil.copyfileobj(body, file, _CHUNK)
            if file.tell() != answer["ContentLength"]:
                problem = f"of {answer['ContentLength']:,} bytes only {file.tell():,} came"
                raise ObjectStoreError(source, problem, may_pass=True)
        etag: str = answer["ETag"]
        return etag

    return asked(source, get)
