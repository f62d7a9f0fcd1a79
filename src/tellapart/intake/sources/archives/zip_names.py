"""The names in a ZIP whose tool did not say in which encoding it wrote them.

The standard is cp437; old tools write UTF-8, or what their country used. In the encodings of East
Asia the second byte of a character can be that of a backslash, so names have to be decoded before
they are taken apart. One encoding is found for all names of an archive.
"""

import re
import zipfile
from collections.abc import Callable, Sequence

_UTF8_NAME = 0x800
_STANDARD = "cp437"
_EAST_ASIAN = {"cp932": "Shift-JIS", "gb18030": "GB 18030", "euc_kr": "EUC-KR", "big5": "Big5"}
# Characters of an encoding, of which a text in it consists; not those that any bytes turn into.
_USUAL = {
    "cp932": re.compile("[\u3041-\u30ff\u4e00-\u9fff\uff01-\uff5e\u3005]"),
    "gb18030": re.compile("[\u4e00-\u9fff\uff01-\uff5e\u3001-\u3002]"),
    "euc_kr": re.compile("[\uac00-\ud7a3]"),
    "big5": re.compile("[\u4e00-\u9fff\uff01-\uff5e]"),
}
_KANA = re.compile("[\u3041-\u30ff]")
# A single character in the middle of a Latin word is a letter with an accent, misread.
_IN_A_WORD = re.compile(r"[a-zA-Z][^\x00-\x7f][a-zA-Z]|[a-zA-Z]{2}[^\x00-\x7f](?![^\x00-\x7f])")


def name_decoder(
    entries: Sequence[zipfile.ZipInfo],
) -> tuple[Callable[[zipfile.ZipInfo], str], str | None]:
    """How to get the name of an entry, and the encoding in words if it was guessed."""
    raw = {_raw(entry) for entry in entries if _is_unsaid(entry)}
    encoding = _guess(raw) if raw else _STANDARD

    def decode(entry: zipfile.ZipInfo) -> str:
        return _raw(entry).decode(encoding) if _is_unsaid(entry) else entry.filename

    if encoding == "mixed":
        return _each_by_itself, None
    return decode, _EAST_ASIAN.get(encoding)


def _each_by_itself(entry: zipfile.ZipInfo) -> str:
    if _is_unsaid(entry):
        try:
            return _raw(entry).decode()
        except UnicodeError:
            pass
    return entry.filename


def _is_unsaid(entry: zipfile.ZipInfo) -> bool:
    return not (entry.flag_bits & _UTF8_NAME or entry.filename.isascii())


def _raw(entry: zipfile.ZipInfo) -> bytes:
    return entry.filename.encode(_STANDARD, "replace")


def _guess(names: set[bytes]) -> str:
    if _decoded(names, "utf-8") is not None:
        return "utf-8"
    best, most = "mixed", 0.5
    for encoding, usual in _USUAL.items():
        texts = _decoded(names, encoding)
        if texts is None or any(_IN_A_WORD.search(text) for text in texts):
            continue
        letters = [letter for text in texts for letter in text if not letter.isascii()]
        share = sum(usual.match(letter) is not None for letter in letters) / len(letters)
        # Kana say that it is Japanese, nothing but Hangul that it is Korean.
        telling = any(map(_KANA.match, letters)) if encoding == "cp932" else share == 1
        bonus = 0.1 * (encoding in ("cp932", "euc_kr") and telling)
        if share + bonus > most:
            best, most = encoding, share + bonus
    return best


def _decoded(names: set[bytes], encoding: str) -> list[str] | None:
    try:
        return [name.decode(encoding) for name in names]
    except UnicodeError:
        return None
