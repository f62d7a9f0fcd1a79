import numpy as np
from numpy.typing import NDArray

from tellapart.labeling.review.order import WaitingImages, teaching_order


def columns(
    confidences: list[float],
    unlike: tuple[int, ...] = (),
    points: NDArray[np.float32] | None = None,
) -> WaitingImages:
    because = ["low_confidence" if said < 0.6 else None for said in confidences]
    for row in unlike:
        because[row] = "unlike_training_data"
    return WaitingImages(
        confidences=np.array(confidences, np.float32),
        abstained_because=because,
        embeddings=lambda rows: None if points is None else points[rows],
        known=None if points is None else points[:1],
    )


def around(*angles: float) -> NDArray[np.float32]:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_kinds_take_turns_and_every_image_has_its_place() -> None:
    found = teaching_order(columns([0.99, 0.5, 0.98, 0.55, 0.97], unlike=(4,)))
    assert found[:3] == [(1, "uncertain"), (0, "typical"), (3, "uncertain")]
    assert sorted(row for row, _ in found) == [0, 1, 2, 3, 4]
    assert dict(found)[4] == "unlike_training_data"
    assert teaching_order(columns([])) == []


def test_before_there_is_a_model_each_of_the_first_stands_for_many() -> None:
    points = around(0, 0.05, 0.1, 1.5, 1.55, 1.6, 3)
    found = teaching_order(columns([np.nan] * 7, points=points))
    assert {reason for _, reason in found} == {"typical"}
    first = {row for row, _ in found[:3]}
    assert [len(first & part) for part in ({0, 1, 2}, {3, 4, 5}, {6})] == [1, 1, 1]


def test_what_is_furthest_from_what_is_labelled_is_different() -> None:
    points = around(0, 0.1, 0.2, 2.5)
    found = dict(teaching_order(columns([0.9, 0.9, 0.9, 0.9], points=points)))
    assert next(row for row, reason in found.items() if reason == "different") == 3
