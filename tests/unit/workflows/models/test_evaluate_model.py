from pathlib import Path

import pytest

from tellapart.errors import (
    DatasetError,
    InvalidRequest,
    ModelNotFound,
    NoClassesFound,
    NotEnoughData,
    SourceError,
    SourceNotFound,
    UnsafeArchive,
)
from tellapart.jobs.progress import NullReporter
from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder, make_zip
from tests.support.images.colours import OF_EACH, import_colours
from tests.support.models.packages import COLOURS, colour_image, register_colour_model


class Lines(NullReporter):
    """Remembers the log."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, message: str, **_figures: float) -> None:
        self.lines.append(message)


@pytest.fixture
def colours(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A data set of colours, and version 1, which names them."""
    import_colours(workspace, tmp_path / "colours")
    register_colour_model(workspace.storage)
    return workspace


def elsewhere(folder: Path, names: tuple[str, ...] = COLOURS) -> Path:
    files = {f"{name}/{side}.png": colour_image(name, side) for name in names for side in (50, 51)}
    return make_folder(folder, files)


def test_on_the_test_split(colours: Workspace) -> None:
    found = colours.evaluate(1)
    assert (found.accuracy, found.total) == (1.0, 3 * OF_EACH)
    assert colours.evaluate(1).accuracy == 1.0, "now from the answers that were kept"


def test_a_class_that_the_version_does_not_know_is_a_mistake(colours: Workspace) -> None:
    version = register_colour_model(colours.storage, ("red", "green", "purple"))
    lines = Lines()
    found = colours.evaluate(version, reporter=lines)
    assert found.accuracy == pytest.approx(2 / 3)
    assert "does not know blue" in lines.lines[-1]


@pytest.mark.parametrize("archived", [False, True])
def test_on_images_from_elsewhere(colours: Workspace, tmp_path: Path, archived: bool) -> None:
    source = elsewhere(tmp_path / "more", (*COLOURS, "yellow"))
    (source / "red" / "bad.png").write_bytes(b"text")
    if archived:
        files = {str(path.relative_to(source)): path.read_bytes() for path in source.glob("*/*")}
        source = make_zip(tmp_path / "more.zip", files)
    lines, report = Lines(), tmp_path / "report.html"
    found = colours.evaluate(1, on=source, report=report, reporter=lines)
    assert found.total == 8
    assert found.accuracy == 0.75
    assert any("does not know yellow" in line for line in lines.lines)
    assert any(line.startswith("1 left out") for line in lines.lines)
    html = report.read_text()
    assert "yellow, taken for" in html
    assert html.count("<img") == 2
    assert "http" not in html.replace("http-equiv", "")
    assert colours.insights().dimensions.total_images == 3 * OF_EACH, "nothing is imported"


def test_images_that_it_may_have_learned_from_are_left_out(
    colours: Workspace, tmp_path: Path
) -> None:
    source = elsewhere(tmp_path / "more")
    colours.import_images(make_folder(tmp_path / "one", {"red/a.png": colour_image("red", 50)}))
    colours.change_images([3 * OF_EACH + 1], split="train")
    lines = Lines()
    assert colours.evaluate(1, on=source, reporter=lines).total == 5
    assert any("1 left out: in the training" in line for line in lines.lines)
    colours.import_images(source, split="train")
    with pytest.raises(NotEnoughData, match="6 in the training"):
        colours.evaluate(1, on=source)


def test_the_test_split_of_a_source_is_enough(colours: Workspace, tmp_path: Path) -> None:
    elsewhere(tmp_path / "split" / "train")
    elsewhere(tmp_path / "split" / "test", ("red",))
    assert colours.evaluate(1, on=tmp_path / "split").total == 2


def test_sources_that_cannot_be_used(colours: Workspace, tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound):
        colours.evaluate(1, on=tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no pictures"):
        colours.evaluate(1, on=tmp_path / "empty")
    (tmp_path / "text.zip").write_bytes(b"text")
    with pytest.raises(UnsafeArchive):
        colours.evaluate(1, on=tmp_path / "text.zip")
    flat = make_folder(tmp_path / "flat", {"a.png": colour_image("red")})
    with pytest.raises(NoClassesFound):
        colours.evaluate(1, on=flat)
    with pytest.raises(DatasetError, match=r"none of the classes there \('owls'\).*'red'"):
        colours.evaluate(1, on=make_folder(tmp_path / "o", {"owls/a.png": colour_image("red")}))
    bad = make_folder(tmp_path / "bad", {"red/a.png": b"text", "blue/a.png": b""})
    with pytest.raises((NotEnoughData, SourceError)):
        colours.evaluate(1, on=bad)
    with pytest.raises(InvalidRequest, match="cannot be written"):
        colours.evaluate(1, report=tmp_path / "missing" / "report.html")


def test_without_anything_to_judge(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        workspace.evaluate(1)
    version = register_colour_model(workspace.storage)
    with pytest.raises(NotEnoughData, match="test split is empty"):
        workspace.evaluate(version)
