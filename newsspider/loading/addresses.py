"""How addresses of targets look, and what is said of one that is none."""

from __future__ import annotations

from newsspider.errors import NewsspiderError

FORMS = (
    "sqlite:///file.db",
    "postgresql://host:5432/database",
    "parquet:DIR",
    "opensearch+https://host:9200/index",
    "elasticsearch+https://host:9200/index",
    "s3://bucket/prefix",
)


class TargetAddressError(NewsspiderError):
    """There is no target at an address; nothing was opened."""

    def __init__(self, shown: str, problem: str) -> None:
        """*shown* is so much of the address as has no password in it."""
        super().__init__(f"--to {shown}: {problem}; there is: {', '.join(FORMS)}")
