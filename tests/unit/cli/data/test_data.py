"""`import` and `insights`."""

from pathlib import Path

from tests.support.command_lines import Run, assert_failed
from tests.support.images.builders import (
    class_files,
    jpeg_bytes,
    make_folder,
    make_image_folder,
    make_zip,
)


def test_a_folder(run: Run, tmp_path: Path) -> None:
    files = class_files({"cats": 6, "dogs": 5})
    bad = {"cats/\x1b[31mbad.jpg": b"text", "cats/notes.txt": b"text"}
    folder = make_folder(tmp_path / "pictures", {**files, **bad})
    found = run("import", folder)
    assert found.code == 0
    assert "11 pictures added (cats 6, dogs 5)" in found.out
    assert "1 skipped: .txt file" in found.out
    assert "1 quarantined" in found.out
    assert r"cats/\x1b[31mbad.jpg: " in found.out, "nothing that a terminal obeys"
    assert "Importing pictures" in found.err
    again = run("import", folder)
    assert "0 pictures added" in again.out
    assert "11 were there already" in again.out


def test_of_many_classes_the_rest_is_counted(run: Run, tmp_path: Path) -> None:
    found = run("import", make_image_folder(tmp_path / "a", {str(n): 1 for n in range(14)}))
    assert "(0 1, 1 1, 2 1, 3 1" in found.out
    assert "10 1, 11 1 and 2 more classes, which `tellapart insights` lists)" in found.out


def test_as_json(run: Run, tmp_path: Path) -> None:
    folder = make_image_folder(tmp_path / "pictures", {"cats": 3})
    archive = make_zip(tmp_path / "b.zip", class_files({"dogs": 2}))
    first = run("import", folder, "--json").json
    assert (first["added"], first["classes"], first["dataset_version"]) == (3, {"cats": 3}, 1)
    both = run("import", folder, archive, "--json").json
    assert [outcome["added"] for outcome in both] == [0, 2]


def test_grouped_by_a_regular_expression(run: Run, tmp_path: Path) -> None:
    files = {f"cats/{n // 2}-{n}.jpg": jpeg_bytes(seed=n) for n in range(20)}
    folder = make_folder(tmp_path / "pictures", files)
    for pattern, words in (("(", "group_by: '(' is no regular expression"), ("z", "finds nothing")):
        assert words in run("import", folder, "--group-by", pattern).err
    found = run("import", folder, "--group-by", r"/(\d)-")
    assert "Kept together in the split: 10 groups of 20 pictures, such as" in found.out


def test_into_one_split_and_unlabelled(run: Run, tmp_path: Path) -> None:
    run("import", make_image_folder(tmp_path / "a", {"cats": 3}), "--split", "test")
    run("import", make_folder(tmp_path / "b", {"x.jpg": jpeg_bytes(seed=9)}), "--unlabeled")
    found = run("insights", "--json").json
    assert found["class_splits"] == {"cats": {"train": 0, "validation": 0, "test": 3}}
    assert found["unlabeled"] == 1


def test_insights(run: Run, tmp_path: Path) -> None:
    assert "no labelled pictures yet" in run("insights").out
    run("import", make_image_folder(tmp_path / "a", {"black cats": 10}, size=(64, 32)))
    found = run("insights").out
    assert "black cats" in found
    assert "10 pictures, 64×32 to 64×32 px" in found


def test_sources_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no archive")
    flat = make_folder(tmp_path / "flat", {"a.jpg": jpeg_bytes()})
    for source, words in (
        (tmp_path / "missing", "missing"),
        ("builtin:nonsense", "builtin:nonsense"),
        (tmp_path / "empty", "no pictures"),
        (tmp_path / "text.zip", "not a ZIP"),
        (flat, "--unlabeled"),
        ("", "no data set ''"),
        ("/dev/zero", "neither a folder nor a regular file"),
    ):
        found = run("import", source)
        assert found.code == 1
        assert found.out == ""
        last = found.err.splitlines()[-1]
        assert last.startswith("Error: ")
        assert words in last
        assert "Traceback" not in found.err


def test_a_source_with_two_problems_at_once(run: Run, tmp_path: Path) -> None:
    good = make_image_folder(tmp_path / "good", {"cats": 2})
    found = run("import", good, tmp_path / "missing")
    assert found.code == 1
    assert run("insights", "--json").json["class_splits"]["cats"], "what came before is kept"


def test_a_name_is_needed(run: Run) -> None:
    assert_failed(run("import"), 2, "SOURCE")
