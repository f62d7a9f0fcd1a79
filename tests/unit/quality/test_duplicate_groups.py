import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tellapart.images.quality import measure
from tellapart.quality.duplicate_groups import (
    UNLABELED,
    FingerprintFinder,
    adopt_unlabeled,
    find_duplicates,
)
from tellapart.quality.duplicates import group
from tests.support.images.inspection import part_image

THRESHOLD = 0.96
RNG = np.random.default_rng(0)


def prints_of(count: int, spread: float, seed: int = 0) -> NDArray[np.uint8]:
    """Fingerprints around one; the larger the spread, the less alike."""
    rng = np.random.default_rng(seed)
    centre = rng.normal(0, 40, 64)
    return (128 + centre + rng.normal(0, spread, (count, 64))).clip(0, 255).astype(np.uint8)


def groups_of(classes: NDArray[np.int64], prints: NDArray[np.uint8]) -> NDArray[np.int64]:
    adopted = adopt_unlabeled(classes, prints, threshold=THRESHOLD)
    pairs, similarities = find_duplicates(adopted, FingerprintFinder(prints, THRESHOLD))
    assert (similarities >= THRESHOLD - 1e-6).all()
    return group(len(classes), pairs)


def test_parts_under_a_fixed_camera_are_no_duplicates_but_a_copy_is() -> None:
    images = [part_image(seed, defect=seed % 2 == 1) for seed in range(40)]
    images.append(images[6].resize((240, 180)))
    prints = np.array([np.frombuffer(measure(image).fingerprint, np.uint8) for image in images])
    classes = np.array([seed % 2 for seed in range(40)] + [0], dtype=np.int64)
    groups = groups_of(classes, prints)
    assert groups[40] == groups[6]
    sizes = np.bincount(groups)
    assert sizes.max() <= 5
    for number in np.flatnonzero(sizes):
        assert len(set(classes[groups == number])) == 1


def test_a_group_of_a_small_part_of_a_class_stays() -> None:
    scenes = np.concatenate([prints_of(8, 3.0, seed) for seed in range(12)])
    groups = groups_of(np.zeros(96, np.int64), scenes)
    assert groups.tolist() == np.repeat(np.arange(0, 96, 8), 8).tolist()


def test_an_image_without_a_class_goes_with_the_class_that_it_is_a_copy_of() -> None:
    prints = np.concatenate([prints_of(2, 3.0, 1), prints_of(2, 3.0, 2), prints_of(1, 3.0, 1)])
    classes = np.array([0, 1, 1, UNLABELED, UNLABELED], dtype=np.int64)
    adopted = adopt_unlabeled(classes, prints, threshold=THRESHOLD)
    assert adopted.tolist()[:3] == [0, 1, 1]
    assert adopted[3] == 1
    assert adopted[4] in (0, 1)
    assert adopt_unlabeled(classes[3:], prints[3:], threshold=THRESHOLD).tolist() == [-1, -1]


def test_known_groups_count_for_the_size() -> None:
    prints = prints_of(12, 3.0)
    classes = np.zeros(12, np.int64)
    known = np.full(12, -1, np.int64)
    known[:3] = 7
    pairs, _ = find_duplicates(
        classes, FingerprintFinder(prints, THRESHOLD), first_new=11, known_groups=known
    )
    joined = group(12, np.concatenate([pairs, [[0, 1], [0, 2]]]))
    assert np.bincount(joined).max() <= 3


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from([UNLABELED, 0, 1, 2]), min_size=1, max_size=60),
    st.floats(0.1, 60),
    st.integers(0, 5),
)
def test_no_group_joins_classes_or_is_a_large_part_of_one(
    classes: list[int], spread: float, seed: int
) -> None:
    labels = np.array(classes, dtype=np.int64)
    prints = prints_of(len(classes), spread, seed)
    groups = groups_of(labels, prints)
    adopted = adopt_unlabeled(labels, prints, threshold=THRESHOLD)
    for number in np.unique(groups):
        members = groups == number
        assert len(set(labels[members]) - {UNLABELED}) <= 1
        size = np.count_nonzero(adopted == adopted[members][0])
        assert members.sum() <= max(3, size // 4)
