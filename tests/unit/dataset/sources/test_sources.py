from pathlib import Path

import pytest

from tellapart.dataset.sources import open_source
from tellapart.errors import SourceNotFound
from tellapart.settings import Settings


@pytest.mark.parametrize(
    "spec", ["no/such/folder", "builtin:letters", "letters:a/b", "", "x" * 5000, "a\0b"]
)
def test_unknown(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceNotFound, match=r"folder of pictures, a ZIP file, or builtin:digits"):
        open_source(spec, Settings())
