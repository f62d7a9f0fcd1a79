"""PNG files without their notes: text, which may be of any length, and colour profiles."""

from collections.abc import Iterator

_SIGNATURE_BYTES = 8
# Length and type before the data of a chunk, a checksum after it (PNG specification, section 5.3).
_OVERHEAD_BYTES = 12
_NOTES = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")


def without_notes(data: bytes) -> bytes:
    """The same image; a reader with a limit on notes need not refuse it."""
    kept = bytearray(data[:_SIGNATURE_BYTES])
    dropped = False
    for kind, start, end in _chunks(data):
        if kind in _NOTES:
            dropped = True
        else:
            kept += data[start:end]
    return bytes(kept) if dropped else data


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each chunk; the last may be cut off."""
    start = _SIGNATURE_BYTES
    while start < len(data):
        size_bytes = int.from_bytes(data[start : start + 4], "big") + _OVERHEAD_BYTES
        yield data[start + 4 : start + 8], start, start + size_bytes
        start += size_bytes
