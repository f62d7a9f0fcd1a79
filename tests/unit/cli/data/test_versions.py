from pathlib import Path

from tests.support.command_lines import Run, assert_failed
from tests.support.images.builders import make_image_folder


def test_versions_are_listed_compared_and_restored(run: Run, tmp_path: Path) -> None:
    assert "There are no versions yet" in run("versions", "list").out
    run("import", make_image_folder(tmp_path / "a", {"cats": 4, "dogs": 4}))
    run("import", make_image_folder(tmp_path / "b", {"owls": 3}))
    listed = run("versions", "list", "--json").json["items"]
    assert [(one["id"], one["images"], one["classes"]) for one in listed] == [
        (2, 11, 3), (1, 8, 2),
    ]  # fmt: skip
    assert listed[0]["author"]
    assert "Imported 3 from" in run("versions", "list").out
    found = run("versions", "diff", "1", "2", "--json").json
    assert found["counts"] == {"added": 3}
    assert len(found["items"]) == 3
    assert run("versions", "diff", "1", "2").out == "3 added\n"
    assert run("versions", "diff", "2", "2").out == "Both have the same content.\n"
    done = run("versions", "restore", "1", "--reason", "too many owls")
    assert "that is version 3 now" in done.out
    restored = run("versions", "list", "--json").json["items"][0]
    assert restored["content_id"] == listed[1]["content_id"]
    assert restored["reason"] == "Restored version 1: too many owls"


def test_versions_that_do_not_exist(run: Run) -> None:
    assert_failed(run("versions", "restore", "7"), 1, "no dataset version 7")
    assert_failed(run("versions", "diff", "1", "2"), 1, "no dataset version 1")
    assert run("versions", "restore", "x").code == 2


def test_insights_check_and_report(run: Run, tmp_path: Path) -> None:
    run("import", make_image_folder(tmp_path / "a", {"cats": 6, "dogs": 6}))
    assert "have not been checked yet" in run("insights").out
    report = tmp_path / "report.html"
    done = run("insights", "--check", "--report", report)
    assert "have not been checked yet" not in done.out
    assert str(report) in done.out
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("insights", "--json").json["checks"]["checked_version"] == 1
    run("import", make_image_folder(tmp_path / "b", {"owls": 3}))
    assert "were checked at version 1" in run("insights").out
    nowhere = tmp_path / "missing" / "report.html"
    assert_failed(run("insights", "--report", nowhere), 1, "cannot be written")


def test_a_check_of_nothing(run: Run) -> None:
    assert_failed(run("insights", "--check"), 1, "There are no pictures yet")
