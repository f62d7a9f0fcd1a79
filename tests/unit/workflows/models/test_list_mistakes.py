from pathlib import Path

import pytest

from tellapart.errors import InvalidRequest, ModelNotFound, ModelUnreadable, NotFound
from tellapart.workflows.models.list_mistakes import list_mistakes
from tellapart.workspace import Workspace
from tests.support.images.colours import OF_EACH, import_colours
from tests.support.models.packages import register_colour_model


@pytest.fixture
def colours(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Version 1 takes green for blue and blue for green, and was evaluated."""
    import_colours(workspace, tmp_path / "colours")
    workspace.evaluate(register_colour_model(workspace.storage, ("red", "blue", "green")))
    return workspace


def test_mistakes(colours: Workspace) -> None:
    page, total = list_mistakes(colours.storage, 1)
    assert total == 2 * OF_EACH
    assert {(each.label, each.predicted) for each in page.items} == {
        ("green", "blue"),
        ("blue", "green"),
    }
    confidence = [each.confidence for each in page.items]
    assert confidence == sorted(confidence, reverse=True)
    assert all(each.distance_score is None for each in page.items)


def test_a_cell_of_the_confusion_matrix(colours: Workspace) -> None:
    page, total = list_mistakes(colours.storage, 1, label="green", predicted="blue")
    assert total == len(page.items) == OF_EACH
    right, total = list_mistakes(colours.storage, 1, label="red", predicted="red")
    assert total == OF_EACH
    assert {each.predicted for each in right.items} == {"red"}
    confidence = [each.confidence for each in right.items]
    assert confidence == sorted(confidence)
    for chosen in ({"label": "red"}, {"predicted": "red"}, {"label": "purple"}):
        assert list_mistakes(colours.storage, 1, **chosen)[1] == 0  # type: ignore[arg-type]
    assert list_mistakes(colours.storage, 1, label="green")[1] == OF_EACH
    assert list_mistakes(colours.storage, 1, predicted="green")[1] == OF_EACH


def test_pages(colours: Workspace) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        page, _ = list_mistakes(colours.storage, 1, limit=3, cursor=cursor)
        seen += [each.image_id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(set(seen)) == len(seen) == 2 * OF_EACH
    with pytest.raises(InvalidRequest):
        list_mistakes(colours.storage, 1, cursor="x")


def test_what_became_of_a_image(colours: Workspace) -> None:
    page, _ = list_mistakes(colours.storage, 1, label="green", predicted="blue")
    first, second, *_ = [each.image_id for each in page.items]
    colours.change_images([first], label="blue")
    colours.change_images([second], excluded=True)
    page, total = list_mistakes(colours.storage, 1, label="green", predicted="blue")
    assert total == OF_EACH, "as when it was tested"
    found = {each.image_id: each for each in page.items}
    assert (found[first].label, found[first].current_label) == ("green", "blue")
    assert found[second].excluded


def test_versions_without_answers(colours: Workspace) -> None:
    with pytest.raises(ModelNotFound):
        list_mistakes(colours.storage, 7)
    version = register_colour_model(colours.storage)
    with pytest.raises(NotFound, match=f"tellapart evaluate {version}"):
        list_mistakes(colours.storage, version)


def test_damaged_answers_are_made_anew(colours: Workspace) -> None:
    blob = colours.storage.blobs.put(b"nonsense")
    colours.registry.add_artifact(1, "answers", blob, 8)
    with pytest.raises(ModelUnreadable, match="damaged"):
        list_mistakes(colours.storage, 1)
    colours.evaluate(1)
    assert list_mistakes(colours.storage, 1)[1] == 2 * OF_EACH
