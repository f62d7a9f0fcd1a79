import numpy as np
import pytest

from tellapart.errors import JobCancelled
from tellapart.jobs.contracts import LearningCurve
from tellapart.labeling.learning_curve import learning_curve
from tellapart.runtime.logistic_regression import LabeledRows


def clusters(counts: list[int], *, spread: float, width: int = 20, seed: int = 0) -> LabeledRows:
    """So many points of each class around its own centre."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(42).normal(0, 1, (len(counts), width))
    y = np.repeat(np.arange(len(counts)), counts)
    return (centres[y] + rng.normal(0, spread, (len(y), width))).astype(np.float32), y


def curve(counts: list[int], *, spread: float, width: int = 20) -> LearningCurve:
    judge = clusters([300] * len(counts), spread=spread, width=width, seed=1)
    return learning_curve(clusters(counts, spread=spread, width=width), judge)


def test_hard_classes_of_few_images_want_more() -> None:
    found = curve([60] * 4, spread=4.0, width=150)
    assert found.points[-1].accuracy > found.points[0].accuracy
    assert found.expected_gain > 0.005
    assert found.worth_more
    assert "points more accuracy: worth it." in found.verdict


def test_what_is_learned_already_wants_nothing() -> None:
    found = curve([200] * 3, spread=0.3)
    assert found.points[-1].accuracy == 1.0
    assert found.expected_gain == 0.0
    assert not found.worth_more
    assert found.verdict == "More of the same pictures would bring next to nothing."


@pytest.mark.parametrize("counts", [[200, 200], [40, 300, 90], [5, 400]])
def test_points_grow_to_all_images(counts: list[int]) -> None:
    points = curve(counts, spread=2.0).points
    assert [point.share for point in points] == sorted(point.share for point in points)
    images = [point.images for point in points]
    assert images == sorted(set(images))
    assert (points[-1].share, images[-1]) == (1.0, sum(counts))
    for point in points:
        assert 0 <= point.low <= point.accuracy <= point.high <= 1


def test_of_too_few_images_nothing_is_claimed() -> None:
    found = curve([2, 1], spread=1.0)
    assert len(found.points) == 1
    assert found.worth_more
    assert found.verdict.startswith("There are too few pictures to tell")


def test_by_too_few_judged_images_nothing_is_claimed() -> None:
    train, judge = clusters([40, 40], spread=0.3), clusters([1, 1], spread=0.3, seed=1)
    found = learning_curve(train, judge)
    assert len(found.points) > 3
    assert (found.worth_more, found.expected_gain) == (True, 0.0)
    assert found.verdict.startswith("There are too few pictures to tell")


def test_the_same_seed_gives_the_same_curve() -> None:
    assert curve([50, 50], spread=2.0) == curve([50, 50], spread=2.0)


def test_it_stops_when_asked() -> None:
    def stop() -> None:
        raise JobCancelled("stopped")

    with pytest.raises(JobCancelled):
        learning_curve(clusters([9, 9], spread=1), clusters([9, 9], spread=1), check=stop)
