"""Schemas that others have published, to hold our output against; README.md says whose they are."""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

JSONFEED = _HERE.parent.parent / "build" / "jsonfeed-schema-0.5.0.tgz"
FETCH_JSONFEED = "mkdir -p build && npm pack --pack-destination build jsonfeed-schema@0.5.0"
_INTEGRITY = (
    "P2+N3F2UCkYoeRQrJ5wf+Y/a9LULHtTdCxkVmgwEDuS+IyQUhJfJ1l5mB205Zlb2JcMYVWhM6SP1Jbasave5Eg=="
)
"""As a lock file of npm has it: SHA-512."""


@cache
def ninjs_schema() -> dict[str, Any]:
    """Return the constraints of ninjs 3.2."""
    schema: dict[str, Any] = json.loads((_HERE / "ninjs-3.2.json").read_bytes())
    return schema


@cache
def jsonfeed_schema() -> dict[str, Any]:
    """Return the JSON Schema of JSON Feed 1.1, out of the npm package of that name."""
    data = JSONFEED.read_bytes()
    assert base64.b64encode(hashlib.sha512(data).digest()).decode() == _INTEGRITY, f"{JSONFEED} is another package"
    with tarfile.open(JSONFEED) as package:
        member = package.extractfile("package/schema-v1.1.json")
        assert member is not None
        schema: dict[str, Any] = json.load(member)
    return schema
