from pathlib import Path

from tests.support.command_lines import Run
from tests.support.images.builders import jpeg_bytes, make_folder


def test_from_the_list_to_the_undo(run: Run, tmp_path: Path) -> None:
    assert "No picture waits" in run("review", "list").out
    files = {f"{n}.jpg": jpeg_bytes(seed=n) for n in range(3)}
    run("import", make_folder(tmp_path / "new", files), "--unlabeled")
    listed = run("--json", "review", "list").json
    assert (listed["waiting"], len(listed["items"])) == (3, 3)
    first = run("--json", "review", "next").json["items"]
    assert first == listed["items"][:1]
    assert run("--json", "review", "next", "--order", "random", "--limit", "2").json["waiting"] == 3
    image_id = first[0]["image_id"]
    told = run("--json", "review", "label", image_id, 99, "--label", "cat").json
    assert (told["changed"], [each["reason"] for each in told["conflicts"]]) == (1, ["not_found"])
    late = run("review", "label", image_id, "--label", "dog")
    assert (late.code, "labelled it cat" in late.out) == (1, True)
    assert "1 changed" in run("review", "undo").out
    nothing = run("review", "undo")
    assert (nothing.code, "nothing" in nothing.err) == (1, True)
    table = run("review", "list").out
    assert "typical" in table
