"""`models`, `predict`, `train` and `evaluate`."""

import os
from pathlib import Path

import pytest

from tellapart.settings import Settings
from tellapart.workspace import Workspace
from tests.support.command_lines import Run, assert_failed
from tests.support.images.builders import jpeg_bytes, make_folder, make_image_folder
from tests.support.images.colours import import_colours
from tests.support.models.packages import colour_image, register_colour_model


def test_no_models(run: Run, tmp_path: Path) -> None:
    assert "no models yet" in run("models", "list").out
    assert run("models", "list", "--json").json == {"items": [], "next_cursor": None}
    image = tmp_path / "a.png"
    image.write_bytes(colour_image("red"))
    assert_failed(run("predict", image), 1, "tellapart train")
    assert_failed(run("evaluate"), 1, "tellapart train")
    assert_failed(run("models", "rollback"), 1, "no earlier champion")


def test_list_and_show(run: Run, three: None) -> None:
    listed = run("models", "list").out
    assert "challenger" in listed
    assert "90.00%" in listed
    assert [model["version"] for model in run("models", "list", "--json").json["items"]] == [
        3,
        2,
        1,
    ]
    shown = run("models", "show", "2", "--json").json
    assert (shown["version"], shown["class_names"]) == (2, ["red", "green", "blue"])
    text = run("models", "show", "2").out
    assert "recipe: probe" in text
    assert "accuracy: 90.00% (95% interval 80.0% to 95.0%, 10 test pictures)" in text


def test_promote_and_roll_back(run: Run, three: None) -> None:
    assert "Version 1 is in service now, after no version" in run("models", "promote", "1").out
    change = run("models", "promote", "2", "--reason", "Because.", "--json").json
    assert (change["action"], change["reason"]) == ("promote", "Because.")
    assert (change["from_version"], change["to_version"]) == (1, 2)
    assert "Version 1 is in service now, after version 2" in run("models", "rollback").out
    assert_failed(run("models", "rollback"), 1, "no earlier champion")
    assert_failed(run("models", "promote", "1"), 1, "champion already")


@pytest.mark.parametrize("version", ["0", "4", str(10**30)])
def test_versions_that_do_not_exist(run: Run, three: None, version: str, tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    for arguments in (
        ("show", version),
        ("promote", version),
        ("export", version, "--format", "onnx", "--out", out),
    ):
        assert_failed(run("models", *arguments), 1, f"no model version {version}")
    assert_failed(run("evaluate", version), 1, f"no model version {version}")
    assert not out.exists()


def test_export(run: Run, three: None, tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    found = run("models", "export", "1", "--format", "onnx", "--out", out, "--json").json
    assert found["size_bytes"] == out.stat().st_size > 500
    missing = tmp_path / "missing" / "model.onnx"
    found = run("models", "export", "1", "--format", "onnx", "--out", missing)
    assert_failed(found, 1, "cannot be written: No such file or directory. Choose another path.")


def test_predict(run: Run, three: None, tmp_path: Path) -> None:
    run("models", "promote", "1")
    red, blue = tmp_path / "red.png", tmp_path / "blue.png"
    red.write_bytes(colour_image("red"))
    blue.write_bytes(colour_image("blue"))
    found = run("predict", red, blue, "--top", "1")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0].startswith(f"{red}: red 9")
    assert lines[1].startswith(f"{blue}: blue 9")
    answer = run("predict", red, "--json").json
    assert answer["label"] == "red"
    assert len(answer["predictions"]) == 3
    folder = make_folder(tmp_path / "folder", {"a.PNG": colour_image("red"), "notes.txt": b"x"})
    assert len(run("predict", folder).out.splitlines()) == 1


def test_predict_with_one_bad_image(run: Run, three: None, tmp_path: Path) -> None:
    run("models", "promote", "1")
    files = {"good.png": colour_image("red"), "bad.png": b"text"}
    folder = make_folder(tmp_path / "mixed", files)
    found = run("predict", folder, tmp_path / "missing.png")
    assert found.code == 1
    assert "good.png: red" in found.out
    assert "bad.png: " in found.err
    assert "missing.png cannot be read" in found.err
    assert "Traceback" not in found.err


def test_predict_takes_of_a_folder_what_an_import_would(
    run: Run, three: None, tmp_path: Path
) -> None:
    run("models", "promote", "1")
    red = colour_image("red")
    names = {"no suffix": red, "wrong.txt": red, "sub/a.png": red, "._a.png": red, "b.md": b"text"}
    folder = make_folder(tmp_path / "mixed", names)
    os.mkfifo(folder / "pipe.png")
    (folder / "zero.png").symlink_to("/dev/zero")
    found = run("predict", folder)
    assert found.code == 0
    lines = found.out.splitlines()
    assert [line.partition(":")[0].removeprefix(f"{folder}/") for line in lines] == [
        "no suffix",
        "wrong.txt",
        "sub/a.png",
    ]
    assert "skipped 1 .md file, 1 hidden file, 1 special file, 1 symlink" in found.err


@pytest.mark.parametrize(
    ("path", "words"),
    [("pipe", "no regular file"), ("/dev/zero", "no regular file"), ("", "A path is empty")],
)
def test_predict_with_what_is_no_file(
    run: Run,
    three: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    words: str,
) -> None:
    run("models", "promote", "1")
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    found = run("predict", path)
    assert (found.code, found.out) == (1, "")
    assert words in found.err
    assert found.err.count(path or "A path") == 1, "named once"


def test_predict_with_a_file_that_is_too_large(
    run: Run, three: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("models", "promote", "1")
    monkeypatch.setenv("TELLAPART_MAX_IMAGE_BYTES", "30")
    image = tmp_path / "a.png"
    image.write_bytes(colour_image("red"))
    assert_failed(run("predict", image, "--json"), 1, "TELLAPART_MAX_IMAGE_BYTES")


def test_predict_with_a_folder_without_images(run: Run, three: None, tmp_path: Path) -> None:
    run("models", "promote", "1")
    (tmp_path / "empty").mkdir()
    assert_failed(run("predict", tmp_path / "empty"), 1, "empty")


def test_training_needs_images(run: Run, tmp_path: Path) -> None:
    assert "no pictures yet" in run("train").err.splitlines()[-1]
    run("import", make_image_folder(tmp_path / "a", {"cats": 5}))
    found = run("train")
    assert found.code == 1
    assert "of one class, 'cats'" in found.err.splitlines()[-1]
    found = run("train", "--time-budget", "soon")
    assert "no time budget" in found.err.splitlines()[-1]


def test_the_whole_way(
    run: Run, trained_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ("-w", trained_settings.workspace)
    report = run("evaluate", "--json", *folder).json
    assert report["metrics"]["accuracy"] > 0.8
    assert "accuracy" in run("evaluate", *folder).out
    trained = run("train", "--recipe", "probe", "--json", *folder).json
    assert trained["model_version"] == 2
    assert trained["promoted"] is False
    assert "No better than the champion" in trained["reason"]
    image = tmp_path / "owl.jpg"
    image.write_bytes(jpeg_bytes(seed=777, look="owls"))
    assert run("predict", image, "--json", *folder).json["label"] == "owls"
    jobs = run("jobs", "list", "--json", *folder).json["items"]
    monkeypatch.setenv("COLUMNS", "60")
    assert all(job["id"] in run("jobs", "list", *folder).out for job in jobs)
    assert [job["kind"] for job in jobs] == ["train", "train", "import"]
    shown = run("jobs", "show", jobs[0]["id"][:12], *folder).out
    assert "status: succeeded" in shown
    assert "Version 2" in shown


def test_jobs(run: Run) -> None:
    assert "no jobs yet" in run("jobs", "list").out
    for command in ("show", "cancel"):
        assert_failed(run("jobs", command, "nonsense"), 1, "no job 'nonsense'")


def test_what_a_version_gets_wrong(run: Run, workspace: Workspace, tmp_path: Path) -> None:
    folder = ("-w", workspace.settings.workspace)
    import_colours(workspace, tmp_path / "colours")
    for names in (("red", "green", "blue"), ("red", "blue", "green")):
        register_colour_model(workspace.storage, names)
    assert_failed(run("models", "mistakes", "1", *folder), 1, "tellapart evaluate 1")
    assert_failed(run("models", "compare", "1", "2", *folder), 1, "tellapart evaluate 1")
    for version in ("1", "2"):
        assert run("evaluate", version, *folder).code == 0
    assert "No mistakes" in run("models", "mistakes", "1", *folder).out
    chosen = ("--label", "green", "--predicted", "blue", "--limit", "3")
    found = run("models", "mistakes", "2", *chosen, "--json", *folder).json["items"]
    assert [(each["label"], each["predicted"]) for each in found] == [("green", "blue")] * 3
    assert "green" in run("models", "mistakes", "2", *folder).out
    compared = run("models", "compare", "1", "2", *folder).out
    assert "Version 1 is better than Version 2" in compared
    assert run("models", "compare", "1", "2", "--json", *folder).json["images"] == 12
    assert_failed(run("models", "compare", "1", "1", *folder), 1, "two versions")


def test_card(run: Run, three: None, tmp_path: Path) -> None:
    assert run("models", "card", "1").out.startswith("# Model version 1")
    out = tmp_path / "card.md"
    run("models", "card", "1", "--out", out)
    assert out.read_text() == run("models", "card", "1", "--json").json["card"]
    missing = tmp_path / "missing" / "card.md"
    assert_failed(run("models", "card", "1", "--out", missing), 1, "cannot be written")


def test_labels(run: Run, three: None, tmp_path: Path) -> None:
    out = tmp_path / "labels.txt"
    run("models", "export", "1", "--format", "labels", "--out", out)
    assert out.read_text() == "red\ngreen\nblue\n"
    assert_failed(run("models", "export", "1", "--format", "int8", "--out", out), 1, "no int8 file")


def test_evaluate_on_other_images(run: Run, three: None, tmp_path: Path) -> None:
    source = make_folder(tmp_path / "more", {"red/a.png": colour_image("red")})
    (source / "blue").mkdir()
    (source / "blue" / "b.png").write_bytes(colour_image("blue", 30))
    report = tmp_path / "report.html"
    found = run("evaluate", "1", "--on", source, "--report", report)
    assert "accuracy 100.00%" in found.out
    assert f"The report is in {report}" in found.out
    assert "Version 1: 100.00% right" in report.read_text()
    assert_failed(run("evaluate", "1", "--on", tmp_path / "missing"), 1, "no data set")
