"""How many entries a ZIP really has, found before they are all read into memory.

`zipfile` makes an object of every entry on opening, and goes by the length of the directory rather
than by the count that the file announces: a small file may hold millions. Layout: PKWARE,
APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16.
"""

import mmap
import os
import struct
from typing import BinaryIO

_END = b"PK\5\6"
_END_BYTES = 22
_END64_LOCATOR = b"PK\6\7"
_END64_LOCATOR_BYTES = 20
_END64 = b"PK\6\6"
_ENTRY = b"PK\1\2"
_ENTRY_BYTES = 46
_MAX_COMMENT_BYTES = 2**16


def count_entries(file: BinaryIO, limit: int) -> int:
    """Entries in the directory of a ZIP; counting stops at `limit` + 1.

    Raises:
        ValueError: the file has no directory of a ZIP.
    """
    if not os.fstat(file.fileno()).st_size:
        raise ValueError("it is empty")
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position, end = _directory(data)
        count = 0
        while position < end and count <= limit:
            if data[position : position + 4] != _ENTRY or position + _ENTRY_BYTES > end:
                raise ValueError("its directory is damaged")
            lengths = struct.unpack_from("<HHH", data, position + 28)
            position += _ENTRY_BYTES + sum(lengths)
            count += 1
        return count


def _directory(data: mmap.mmap) -> tuple[int, int]:
    """Where the directory starts and ends."""
    end = data.rfind(_END, max(0, len(data) - _END_BYTES - _MAX_COMMENT_BYTES))
    if end < 0 or end + _END_BYTES > len(data):
        raise ValueError("it has no directory")
    (size_bytes,) = struct.unpack_from("<I", data, end + 12)
    locator = end - _END64_LOCATOR_BYTES
    if locator >= 0 and data[locator : locator + 4] == _END64_LOCATOR:
        end = data.rfind(_END64, 0, locator)
        if end < 0:
            raise ValueError("its 64-bit directory is missing")
        (size_bytes,) = struct.unpack_from("<Q", data, end + 40)
    if size_bytes > end:
        raise ValueError("its directory is cut off")
    return end - size_bytes, end
