"""Files that a user names: read up to a limit, and written where they are wanted."""

from pathlib import Path
from stat import S_ISREG

from tellapart.errors import InvalidRequest, SourceNotFound


def read_named(path: Path, limit_bytes: int) -> bytes:
    """The bytes of an image file.

    Raises:
        SourceNotFound: it cannot be read.
        InvalidRequest: it is no regular file, or has more bytes than the limit.
    """
    try:
        if not S_ISREG(path.stat().st_mode):  # to open a pipe would wait for its other end
            raise InvalidRequest(f"{path} is no regular file. Name pictures, or a folder of them.")
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise SourceNotFound(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > limit_bytes:
        raise InvalidRequest(
            f"{path} has more than {limit_bytes:,} bytes, too many for one picture. Give a smaller "
            "one, or raise TELLAPART_MAX_IMAGE_BYTES."
        )
    return data


def write_named(path: Path, content: bytes | str) -> None:
    """Write a file; text as UTF-8.

    Raises:
        InvalidRequest: it cannot be written.
    """
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise InvalidRequest(
            f"{path} cannot be written: {error.strerror}. Choose another path."
        ) from error
