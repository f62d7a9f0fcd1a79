import socket
from pathlib import Path

import pytest

from tellapart.version import VERSION
from tests.support.command_lines import Run, assert_failed


def test_the_version(run: Run) -> None:
    assert run("--version").out.strip() == VERSION


def test_help(run: Run) -> None:
    for arguments in (("--help",), ("models", "--help"), ("train", "--help")):
        found = run(*arguments)
        assert found.code == 0
        assert "Usage:" in found.out
    assert run().code == 2
    assert run("models").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("--nonsense",),
        ("import",),
        ("predict",),
        ("train", "--recipe", "magic"),
        ("train", "--epochs", "0"),
        ("train", "--epochs", "many"),
        ("train", "--seed", "-1"),
        ("import", "x", "--split", "magic"),
        ("models", "promote"),
        ("models", "promote", "abc"),
        ("models", "nonsense"),
        ("models", "export", "1", "--format", "exe", "--out", "x"),
        ("serve", "--port", "70000"),
        ("-w",),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert_failed(run(*arguments), 2, "--help")


def test_the_workspace_before_and_after_the_command(run: Run, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c", "d")]
    assert run("-w", folders[0], "insights").code == 0
    assert run("insights", "-w", folders[1]).code == 0
    assert run(f"--workspace={folders[2]}", "insights").code == 0
    assert run("models", "list", "--workspace", folders[3]).code == 0
    for folder in folders:
        assert (folder / "tellapart.db").is_file()
    assert not (tmp_path / "workspace").exists()


def test_json_before_and_after_the_command(run: Run) -> None:
    before = run("--json", "insights").json
    assert before == run("insights", "--json").json
    assert before["dataset_version"] is None


def test_what_follows_two_dashes_is_no_option(run: Run) -> None:
    assert "There is no data set '--json'" in run("import", "--", "--json").err


def test_a_workspace_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    assert_failed(run("-w", file, "insights"), 1, "--workspace")
    assert_failed(run("-w", file, "serve"), 1, "--workspace")


def test_tracebacks_only_on_request(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(Exception, match="is a file"):
        run("--debug", "-w", file, "insights")


def test_a_setting_that_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLAPART_PORT", "abc")
    assert_failed(run("insights"), 1, "TELLAPART_PORT", "valid integer")


def test_a_port_that_is_taken(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_failed(run("serve", "--port", port), 1, str(port), "--port")
    wrong = run("serve", "--host", "no.such.host.invalid", "--insecure")
    assert_failed(wrong, 1, "no.such.host.invalid", "no address of this machine")
    assert "Stop the program" not in wrong.err


def test_a_misspelt_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLAPART_WORKSPCE", "x")
    found = run("models", "list", "--json")
    assert found.code == 0
    assert "TELLAPART_WORKSPCE is no setting" in found.err
    assert "TELLAPART_WORKSPACE?" in found.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("models", "show", "abc"), "Invalid value for 'version': it should be a whole number."),
        (("train", "--recipe", "magic"), "'--recipe': 'magic' is not one of 'auto', 'probe'"),
        (("loadtest", "--users", "0"), "it should be greater than or equal to 1"),
        (("loadtest", "--spawn-rate", "x"), "it should be a number."),
    ],
)
def test_wrong_values_in_plain_words(run: Run, arguments: tuple[str, ...], words: str) -> None:
    assert_failed(run(*arguments), 2, words)
