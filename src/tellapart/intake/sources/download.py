"""Files from where they are published: resumed after a break, verified, there whole or not at all.

Resuming is RFC 9110, section 14 (`Range`). A server that cannot do it starts again.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from tellapart.errors import DownloadFailed, StorageFull, StoreError
from tellapart.settings import Settings
from tellapart.version import VERSION

DownloadReport = Callable[[int, int | None], None]
"""Told the bytes that are there and, if known, all there will be; may raise to cancel."""

_CHUNK_BYTES = 2**18
_SLOWEST_BYTES_PER_S = 1024
_PROGRESS_BYTES = 2**20
_AGAIN_LATER = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that is published, and what it has to be."""

    url: str
    sha256: str
    size_bytes: int

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.url.rpartition("/")[2]


def download(
    file: RemoteFile, folder: Path, settings: Settings, on_download: DownloadReport
) -> Path:
    """Have a published file in a folder, where it stays.

    Returns:
        Its path. The file is complete, and has the right SHA-256.

    Raises:
        DownloadFailed: it could not be fetched, or is not the file that was published.
        StorageFull: the disk has no room for it.
        StoreError: the folder cannot be written to.
    """
    target, part = folder / file.name, folder / f"{file.name}.part"
    if not _is_there(target, file):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _locked(part, file) as output:
                if not _is_there(target, file):
                    _fill(output, part, file, settings, on_download)
                    part.replace(target)
        except OSError as error:
            raise _cannot_write(part, error) from error
    on_download(file.size_bytes, file.size_bytes)
    return target


def _is_there(target: Path, file: RemoteFile) -> bool:
    return target.is_file() and target.stat().st_size == file.size_bytes


@contextmanager
def _locked(part: Path, file: RemoteFile) -> Iterator[BinaryIO]:
    with part.open("ab", buffering=0) as output:
        try:
            fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DownloadFailed(
                f"{file.url} is being downloaded by another process. Wait for it, and try again."
            ) from None
        yield output


def _fill(
    output: BinaryIO, part: Path, file: RemoteFile, settings: Settings, on_download: DownloadReport
) -> None:
    """Bring the partial file to its end, and verify it."""
    resumed = os.fstat(output.fileno()).st_size > 0
    missing_bytes = file.size_bytes - os.fstat(output.fileno()).st_size
    if missing_bytes > shutil.disk_usage(part.parent).free:
        part.unlink()
        raise StorageFull(
            f"{file.name} needs {missing_bytes:,} more bytes than {part.parent} has room for. Free "
            "some, or name another disk with TELLAPART_CACHE_DIR."
        )
    try:
        _Transfer(output, file, settings, on_download).run()
        if resumed and not _is_right(part, file):  # perhaps what was there before is to blame
            output.truncate(0)
            _Transfer(output, file, settings, on_download).run()
        _verify(part, file)
        os.fsync(output.fileno())
    except (OSError, _WrongFile) as error:
        part.unlink(missing_ok=True)  # gives the space back
        if isinstance(error, OSError):
            raise
        raise _failed(file, str(error)) from error


class _WrongFile(Exception):
    """What comes is not what was published."""


class _Transfer:
    """One file on its way."""

    def __init__(
        self, output: BinaryIO, file: RemoteFile, settings: Settings, on_download: DownloadReport
    ) -> None:
        self._output = output
        self._file = file
        self._timeout_s = settings.download_timeout_s
        self._attempts = settings.download_attempts
        self._on_download = on_download
        self._done = os.fstat(output.fileno()).st_size

    def run(self) -> None:
        """Receive until all is there; attempts are counted while hardly anything comes."""
        failures, began = 0, self._done
        while self._done != self._file.size_bytes:
            self._on_download(self._done, self._file.size_bytes)
            if failures:
                time.sleep(min(8.0, 0.25 * 2**failures))
            problem = self._attempt()
            failures = 1 if self._done - began >= _PROGRESS_BYTES else failures + 1
            began = self._done
            if problem is not None and failures >= self._attempts:
                raise _failed(self._file, problem)

    def _attempt(self) -> str | None:
        """Receive as much as comes.

        Returns:
            Why it ended early; None if it did not.
        """
        try:
            with self._ask() as answer:
                self._receive(answer)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416:  # the partial file is longer than the published one
                self._cut(0)
            elif error.code not in _AGAIN_LATER:
                raise _failed(
                    self._file, f"the server answers {error.code} {error.reason}"
                ) from error
            return f"the server answers {error.code} {error.reason}"
        except (_Unreachable, HTTPException) as error:
            return str(error) or type(error).__name__
        missing = self._file.size_bytes - self._done
        return f"the connection broke, {missing:,} bytes before the end" if missing else None

    def _ask(self) -> HTTPResponse:
        headers = {"User-Agent": f"tellapart/{VERSION}"}
        if self._done:
            headers["Range"] = f"bytes={self._done}-"
        request = urllib.request.Request(self._file.url, headers=headers)  # noqa: S310 - of our table
        try:
            # Not `urlopen`: that one remembers the proxies of the first call in this process.
            opener = urllib.request.build_opener()
            answer: HTTPResponse = opener.open(request, timeout=self._timeout_s)
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, socket.gaierror):  # asking again does not help
                raise _failed(self._file, f"its host is not found ({reason.strerror})") from error
            raise _Unreachable(_in_words(reason, self._timeout_s)) from error
        return answer

    def _receive(self, answer: HTTPResponse) -> None:
        start = _start_of(answer)
        if start > self._done:
            raise _WrongFile("the server sends another part than was asked for")
        self._cut(start)
        if answer.length is not None and start + answer.length != self._file.size_bytes:
            raise _WrongFile(
                f"the server has {start + answer.length:,} bytes under this address, the published "
                f"file has {self._file.size_bytes:,}"
            )
        mark_s, mark_bytes = time.monotonic(), self._done
        while data := self._next(answer):
            self._write(data)
            self._on_download(self._done, self._file.size_bytes)
            if (waited_s := time.monotonic() - mark_s) > self._timeout_s:
                if self._done - mark_bytes < waited_s * _SLOWEST_BYTES_PER_S:
                    raise _Unreachable("hardly anything comes")
                mark_s, mark_bytes = time.monotonic(), self._done

    def _next(self, answer: HTTPResponse) -> bytes:
        try:
            return answer.read1(_CHUNK_BYTES)
        except OSError as error:
            raise _Unreachable(_in_words(error, self._timeout_s)) from error

    def _write(self, data: bytes) -> None:
        if self._done + len(data) > self._file.size_bytes:
            raise _WrongFile("more bytes come than the published file has")
        view = memoryview(data)
        while view:
            view = view[self._output.write(view) :]
        self._done += len(data)

    def _cut(self, size_bytes: int) -> None:
        if size_bytes != self._done:
            self._output.truncate(size_bytes)
            self._done = size_bytes


class _Unreachable(Exception):
    """The server cannot be reached, or the connection broke."""


def _start_of(answer: HTTPResponse) -> int:
    """The offset of the first byte of an answer."""
    if answer.status != 206:
        return 0
    digits = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    if not digits.isdecimal():
        raise _WrongFile("the server does not say which part it sends")
    return int(digits)


def _in_words(error: object, timeout_s: float) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing came for {timeout_s:g} seconds"
    return str(getattr(error, "strerror", None) or error)


def _is_right(part: Path, file: RemoteFile) -> bool:
    with part.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _verify(part: Path, file: RemoteFile) -> None:
    if not _is_right(part, file):
        raise _WrongFile("its SHA-256 is not that of the published file")


def _failed(file: RemoteFile, problem: str) -> DownloadFailed:
    return DownloadFailed(f"{file.url} could not be downloaded: {problem}.")


def _cannot_write(part: Path, error: OSError) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageFull(
            f"The disk is full: {part.name} could not be written to {part.parent}. Free some space,"
            " or name another disk with TELLAPART_CACHE_DIR."
        )
    return StoreError(
        f"{part} could not be written: {error.strerror}. Name another folder with "
        "TELLAPART_CACHE_DIR."
    )
