from pathlib import Path

import pytest

from tellapart.cli.app import main
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.command_lines import Outcome, Run
from tests.support.models.packages import register_colour_model


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `tellapart` over a workspace of the test."""
    monkeypatch.setenv("TELLAPART_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("COLUMNS", "200")

    def execute(*arguments: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, printed.out, printed.err)

    return execute


@pytest.fixture
def three(run: Run) -> None:
    """Versions 1, 2 and 3 that name colours; none is in service."""
    storage = open_storage(Settings())
    for _ in range(3):
        register_colour_model(storage)
    storage.close()
