from pathlib import Path

import pytest

from tellapart.errors import InvalidRequest, ModelNotFound, NotComparable
from tellapart.workflows.models.compare_versions import compare_versions
from tellapart.workspace import Workspace
from tests.support.images.builders import make_folder
from tests.support.images.colours import OF_EACH, import_colours
from tests.support.models.packages import colour_image, register_colour_model


@pytest.fixture
def three(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Version 1 is right; 2 takes green for blue and back; 3 knows purple instead of blue."""
    import_colours(workspace, tmp_path / "colours")
    for names in (("red", "green", "blue"), ("red", "blue", "green"), ("red", "green", "purple")):
        workspace.evaluate(register_colour_model(workspace.storage, names))
    return workspace


def test_two_versions(three: Workspace) -> None:
    found = compare_versions(three.storage, 1, 2)
    assert (found.versions, found.images) == ((1, 2), 3 * OF_EACH)
    metrics = {each.name: each for each in found.metrics}
    assert metrics["accuracy"].values == pytest.approx((1.0, 1 / 3))
    assert metrics["accuracy"].higher_is_better
    assert not metrics["log_loss"].higher_is_better
    assert (found.mcnemar.only_first, found.mcnemar.only_second) == (2 * OF_EACH, 0)
    assert found.verdict.startswith("Version 1 is better than Version 2")
    assert len(found.only_first) == 2 * OF_EACH
    assert found.only_second == []
    image = found.only_first[0]
    assert image.predicted[0] == image.label != image.predicted[1]
    turned = compare_versions(three.storage, 2, 1)
    assert turned.mcnemar.p_value == found.mcnemar.p_value
    assert len(turned.only_second) == 2 * OF_EACH


def test_a_class_that_one_does_not_know(three: Workspace) -> None:
    found = compare_versions(three.storage, 1, 3)
    assert (found.images, found.left_out) == (2 * OF_EACH, OF_EACH)
    assert found.only_known_to == (["blue"], ["purple"])
    assert (found.mcnemar.only_first, found.mcnemar.only_second) == (0, 0)
    assert found.verdict.startswith("The class lists differ: only version 1 knows 'blue', only")


def test_the_classes_of_today_count(three: Workspace) -> None:
    first = compare_versions(three.storage, 1, 2).only_first
    blue = [image.image_id for image in first if image.label == "blue"]
    three.change_images(blue, label="green")
    found = compare_versions(three.storage, 1, 2)
    assert (found.mcnemar.only_first, found.mcnemar.only_second) == (OF_EACH, OF_EACH)
    three.change_images(blue, excluded=True)
    assert compare_versions(three.storage, 1, 2).images == 2 * OF_EACH


def test_nothing_to_compare(three: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="two versions"):
        compare_versions(three.storage, 1, 1)
    with pytest.raises(ModelNotFound):
        compare_versions(three.storage, 1, 9)
    fresh = register_colour_model(three.storage)
    with pytest.raises(NotComparable, match=f"tellapart evaluate {fresh}"):
        compare_versions(three.storage, 1, fresh)
    three.change_images(list(range(1, 3 * OF_EACH + 1)), excluded=True)
    three.import_images(
        make_folder(tmp_path / "new", {"red/a.png": colour_image("red", 40)}), split="test"
    )
    three.evaluate(fresh)
    with pytest.raises(NotComparable, match="no test pictures in common"):
        compare_versions(three.storage, 1, fresh)
    three.evaluate(1)
    assert compare_versions(three.storage, 1, fresh).images == 1
