from pathlib import Path

from tests.support.command_lines import Run


def test_a_backup_and_its_restore(run: Run, three: None, tmp_path: Path) -> None:
    file = tmp_path / "pets.zip"
    written = run("backup", file, "--json")
    assert written.code == 0
    assert written.json["model_versions"] == 3
    assert written.json["missing"] == []
    again = run("backup", file)
    assert (again.code, again.out) == (1, "")
    assert "is there already" in again.err
    restored = run("-w", tmp_path / "new", "restore", file)
    assert restored.code == 0
    assert "3 versions of the model" in restored.out
    assert run("-w", tmp_path / "new", "models", "list").out.count("probe") == 3
    refused = run("restore", file)
    assert refused.code == 1
    assert "--workspace" in refused.err


def test_what_was_lost_is_told(run: Run, three: None, tmp_path: Path) -> None:
    for path in (tmp_path / "workspace" / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    found = run("backup", tmp_path / "pets.zip")
    assert found.code == 0
    assert "missing or damaged" in found.out
