"""``s3://bucket/prefix``: a collection as it lies, into object storage, where all that reads one can read it.

Archive files and feed parts first, then the index, then the manifests: a run whose manifest is there is complete there.
Nothing that is there is overwritten but the index.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.head import NAME as HEAD
from newsspider.collection.objects import ObjectChangedError, ObjectPath, asked
from newsspider.collection.runs import RunLink
from newsspider.collection.scratch import scratch_directory
from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.sending import Digest, digest_of, holds, send
from newsspider.feeds.reading import KINDS, runs
from newsspider.warc.cdxj import checked_lines, filename_of, write_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from newsspider.feeds.reading import FeedRun

_AT_ONCE = 8
"""Objects that are asked about at once."""

_INDEX_TRIES = 5
"""How often the index is merged again when somebody else was quicker."""

_LEFT_BEHIND = timedelta(days=1)
"""An unfinished upload that is older is of a process that was killed."""


class UploadError(NewsspiderError):
    """A collection cannot be uploaded as it is here, or over what is there."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that is to be an object."""

    path: Path
    target: ObjectPath
    told_by: Path | None
    """The manifest that has its SHA-256."""
    sha256: str | None
    """None where no manifest says it."""


class Upload:
    """The files of *path*, a collection or an output of ``scrapy extract``, that *root* lacks.

    Making one asks the store, and sends nothing. UploadError when an object there is another than the file here, or
    when a file is absent.
    """

    def __init__(self, path: Path, root: ObjectPath) -> None:
        self._collection = Collection(path)
        self._root = root
        # In this order a run that ends meanwhile only adds, and what was listed stays as it is.
        found = list(runs(path))
        self._warcs = {warc.name for warc in self._collection.warc_files()}
        index = self._collection.index
        if self._warcs and not index.path.is_file():
            raise UploadError(f"{index.path}: there is no index; make it with: scrapy index {self._collection.name}")
        there = {each.key for each in root.walk()}
        self._found = found
        self._refuse_another_chain(there)
        files = {file.path: file for file in self._files(found)}
        manifests = [UploadedFile(run.path, self._target(run.path), None, None) for run in found]
        self._digests: dict[Path, Digest] = {}
        self._waiting = self._missing([*files.values()], there)
        self._manifests = self._missing(manifests, there)
        self.runs = len(found)
        self.files = len(self._waiting) + len(self._manifests)
        """Files to be sent, without the index."""
        self.skipped = len(files) + len(manifests) - self.files
        """Files that are there already."""
        self.size = sum(_size(file) for file in [*self._waiting, *self._manifests])
        """Their bytes."""

    def prove(self, advance: Callable[[int], None]) -> None:
        """Read all that is to be sent; UploadError where a file is not what its manifest says."""
        for file in [*self._waiting, *self._manifests]:
            digest = digest_of(file.path, advance)
            if file.sha256 not in (None, digest.sha256):
                raise UploadError(
                    f"{file.path}: its SHA-256 is not the one in {file.told_by}; see what scrapy verify says of it. "
                    "Nothing was sent"
                )
            self._digests[file.path] = digest

    def send(self, advance: Callable[[int], None]) -> bool:
        """Send it all; return whether the index there was changed. ObjectStoreError; what is sent until then stays."""
        if any(len(digest.parts) > 1 for digest in self._digests.values()):
            self._abort_what_was_left_behind()
        for file in self._waiting:
            self._send(file, advance)
        index_changed = self._send_index() if self._warcs else False
        self._refuse_another_chain({each.key for each in (self._root / "runs").walk()})  # that came meanwhile
        for file in self._manifests:
            self._send(file, advance)
        return index_changed

    def _refuse_another_chain(self, there: set[str]) -> None:
        """Raise UploadError if the newest run there is neither one of those here nor the one that they follow."""
        root = self._root
        if (root / HEAD).key in there:
            raise UploadError(
                f"{root}: crawls with --collection keep this collection there, and would not know of a run that comes "
                f"by another way. Crawl on with: scrapy crawl SITE --collection {root}; or name another prefix"
            )
        runs_dir = root / "runs"
        newest = max((key for key in there if key.startswith(runs_dir.prefix) and key.endswith(".json")), default=None)
        found = [run for run in self._found if run.path.parent == self._collection.runs_dir]
        if newest is None or not found or newest in {self._target(run.path).key for run in found}:
            return
        manifest = runs_dir / newest.rpartition("/")[2]
        if found[0].manifest.get("previous") != asdict(RunLink.to(manifest)):
            raise UploadError(
                f"{manifest}: the newest run there is none of those here, nor the one that they follow, so the chain "
                "of runs would break. Another machine crawls into this collection, or it was begun again here: give "
                f"each its own prefix, or crawl with: scrapy crawl SITE --collection {root}. No manifest was sent"
            )

    def _files(self, found: list[FeedRun]) -> Iterator[UploadedFile]:
        archive = self._collection.archive_dir
        for name in sorted(self._warcs):  # of no run, maybe; else named below, with the digest
            yield UploadedFile(archive / name, self._target(archive / name), None, None)
        for run in found:
            for directory, kind in ((archive, "warcs"), *((run.directory, kind) for kind in KINDS)):
                for told in run.manifest.get(kind, ()):
                    path = directory / Path(told["name"]).name
                    yield UploadedFile(path, self._target(path), run.path, told["sha256"])

    def _target(self, path: Path) -> ObjectPath:
        return self._root.joinpath(*path.relative_to(self._collection.path).parts)

    def _missing(self, files: list[UploadedFile], there: set[str]) -> list[UploadedFile]:
        """Return the files that are not there; UploadError for one that is another there."""
        waiting = [file for file in files if file.target.key not in there]
        with ThreadPoolExecutor(_AT_ONCE) as executor:
            for _ in executor.map(_compare, (file for file in files if file.target.key in there)):
                pass
        return waiting

    def _send(self, file: UploadedFile, advance: Callable[[int], None]) -> None:
        try:
            send(file.path, file.target, self._digests[file.path], advance)
        except ObjectChangedError as error:
            raise _other(file) from error

    def _send_index(self) -> bool:
        """Make the index there that of all WARC files there: of those that are here as the index here has them."""
        index = self._collection.index
        for _ in range(_INDEX_TRIES):
            target = self._target(index.path)
            before = target if target.is_file() else None
            with scratch_directory() as scratch:
                merged = scratch / index.path.name
                lines = (line for line in index.lines() if filename_of(line) in self._warcs)
                others = checked_lines(before) if before else ()
                write_index(merged, lines, (line for line in others if filename_of(line) not in self._warcs))
                digest = digest_of(merged)
                if before and before.stat().st_size == digest.size and holds(before, digest.sha256):
                    return False
                try:
                    send(merged, target, digest, over=before.etag if before else None)
                except ObjectChangedError:
                    continue
                return True
        raise UploadError(f"{target}: others change it all the time; run again when they have ended")

    def _abort_what_was_left_behind(self) -> None:
        """Take back what killed processes had begun to send in parts: it is paid for, and nobody sees it."""
        root = self._root
        begun = asked(root, lambda s3: s3.list_multipart_uploads(Bucket=root.bucket, Prefix=root.prefix))
        for each in begun.get("Uploads", ()):
            if datetime.now(UTC) - each["Initiated"] > _LEFT_BEHIND:
                upload = {"Bucket": root.bucket, "Key": each["Key"], "UploadId": each["UploadId"]}
                asked(root, partial(_abort, upload))


def _abort(upload: dict[str, str], s3: Any) -> None:
    s3.abort_multipart_upload(**upload)


def _size(file: UploadedFile) -> int:
    try:
        return file.path.stat().st_size
    except FileNotFoundError as error:
        named = f", and {file.told_by} names it" if file.told_by else ""
        raise UploadError(f"{file.path}: there is no such file{named}. Nothing was sent") from error


def _compare(file: UploadedFile) -> None:
    """Raise UploadError if the object is another than the file."""
    if not holds(file.target, file.sha256 or digest_of(file.path).sha256):
        raise _other(file)


def _other(file: UploadedFile) -> UploadError:
    return UploadError(
        f"{file.target}: another object is there than {file.path}, and it was not overwritten; each collection has its "
        "own prefix: name another, or see what scrapy verify says of both"
    )
