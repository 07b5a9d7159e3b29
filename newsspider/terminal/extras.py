"""The error for a feature whose packages are not installed, with the way to install them."""

from __future__ import annotations

from pathlib import Path

import newsspider
from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message


class ExtraMissingError(NewsspiderError):
    """Something needs packages that are not installed."""

    def __init__(self, extra: str, error: ImportError) -> None:
        text = N_(
            "%(name)s is not installed, which this needs; install newsspider again with its extra: pipx install "
            "--force 'WHEEL[%(extra)s]', or with pip into an environment: pip install 'WHEEL[%(extra)s]'; WHEEL is the "
            "file newsspider-…-py3-none-any.whl"
        )
        if Path(newsspider.__file__).parent.with_name("pyproject.toml").is_file():
            text = N_(
                "%(name)s is not installed, which this needs; in the project's directory: pip install -e '.[%(extra)s]'"
            )
        super().__init__(message(text, name=error.name, extra=extra))
