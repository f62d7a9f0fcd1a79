import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.dataset.split_shares import NewExample
from tellapart.dataset.splits import assign_splits
from tellapart.store.blobs import content_hash
from tellapart.store.tables import SPLITS, Split

Existing = dict[tuple[str, Split], int]


def examples(
    label: str, count: int, split: Split | None = None, start: int = 0
) -> list[NewExample]:
    return [
        NewExample(content_hash(f"{label} {split} {start + n}".encode()), label, split)
        for n in range(count)
    ]


def assign(
    new: list[NewExample], existing: Existing | None = None, share: float = 0.1
) -> list[Split]:
    return assign_splits(existing or {}, new, validation_share=share, test_share=share)


def counted(new: list[NewExample], existing: Existing | None = None) -> tuple[int, int, int]:
    """Train, validation and test of the new ones."""
    counts = Counter(assign(new, existing))
    return counts["train"], counts["validation"], counts["test"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, (0, 0, 0)),
        (1, (1, 0, 0)),
        (2, (1, 0, 1)),
        (3, (1, 1, 1)),
        (4, (2, 1, 1)),
        (10, (8, 1, 1)),
        (15, (11, 2, 2)),
        (100, (80, 10, 10)),
        (1000, (800, 100, 100)),
    ],
)
def test_shares_of_one_class(count: int, expected: tuple[int, int, int]) -> None:
    assert counted(examples("cats", count)) == expected


def test_each_class_has_its_shares() -> None:
    new = examples("cats", 100) + examples("dogs", 10) + examples("owls", 1)
    counts = Counter(
        zip((example.label for example in new), assign(new), strict=True),
    )
    assert counts == {
        ("cats", "train"): 80,
        ("cats", "validation"): 10,
        ("cats", "test"): 10,
        ("dogs", "train"): 8,
        ("dogs", "validation"): 1,
        ("dogs", "test"): 1,
        ("owls", "train"): 1,
    }


def test_given_splits_are_kept() -> None:
    new = [
        *examples("cats", 5, "train"),
        *examples("cats", 3, "validation"),
        *examples("cats", 9, "test"),
    ]
    assert assign(new) == [example.given_split for example in new]


def test_validation_is_made_of_train_when_a_source_leaves_it_out() -> None:
    new = examples("cats", 90, "train") + examples("cats", 10, "test")
    assert counted(new) == (80, 10, 10)
    assert assign(new)[90:] == ["test"] * 10


def test_both_are_made_of_train_when_a_source_has_only_train() -> None:
    assert counted(examples("cats", 100, "train")) == (80, 10, 10)
    assert counted(examples("cats", 1, "train")) == (1, 0, 0)
    assert counted(examples("cats", 2, "train")) == (1, 0, 1)
    assert counted(examples("cats", 3, "train")) == (1, 1, 1)


def test_test_is_made_of_train_when_a_source_has_train_and_validation() -> None:
    new = examples("cats", 80, "train") + examples("cats", 20, "validation")
    assert counted(new) == (70, 20, 10)


def test_no_test_is_made_for_a_class_that_a_given_test_leaves_out() -> None:
    new = examples("cats", 50, "train") + examples("dogs", 50, "train")
    new += examples("cats", 50, "test")
    splits = assign(new)
    assert Counter(splits[50:100]) == {"train": 45, "validation": 5}


def test_no_second_test_is_made_of_later_train_images() -> None:
    existing: Existing = {("cats", "train"): 80, ("cats", "validation"): 20, ("cats", "test"): 100}
    assert counted(examples("cats", 50, "train"), existing) == (45, 5, 0)


def test_only_test_is_given() -> None:
    assert counted(examples("cats", 10, "test")) == (0, 0, 10)


def test_some_splits_are_given() -> None:
    new = examples("cats", 20, "test") + examples("cats", 80)
    splits = assign(new)
    assert splits[:20] == ["test"] * 20
    assert Counter(splits[20:]) == {"train": 71, "validation": 9}


def test_new_images_go_to_what_is_furthest_behind() -> None:
    assert counted(examples("cats", 20), {("cats", "train"): 80}) == (0, 10, 10)
    assert counted(examples("cats", 1), {("cats", "train"): 1}) == (0, 0, 1)
    assert counted(examples("cats", 1), {("cats", "train"): 1, ("cats", "test"): 1}) == (0, 1, 0)
    assert counted(examples("cats", 50), {("cats", "test"): 50}) == (44, 6, 0)


def test_other_classes_do_not_count() -> None:
    assert counted(examples("cats", 10), {("dogs", "train"): 500}) == (8, 1, 1)


LABELS = st.sampled_from(["cats", "dogs", "owls"])
GIVEN = st.sampled_from([None, None, None, *SPLITS])
NEW = st.lists(
    st.tuples(st.integers(0, 10**6), LABELS, GIVEN), max_size=60, unique_by=lambda row: row[0]
).map(
    lambda rows: [
        NewExample(content_hash(str(n).encode()), label, split) for n, label, split in rows
    ]
)
EXISTING = st.dictionaries(
    st.tuples(LABELS, st.sampled_from(list(SPLITS))), st.integers(0, 30), max_size=9
)
SHARES = st.floats(0.01, 0.49)


@given(NEW, EXISTING, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(
    new: list[NewExample], existing: Existing, share: float, chance: random.Random
) -> None:
    expected = dict(zip(new, assign(new, existing, share), strict=True))
    shuffled = chance.sample(new, len(new))
    assert dict(zip(shuffled, assign(shuffled, existing, share), strict=True)) == expected


@given(NEW, EXISTING, SHARES)
def test_given_validation_and_test_stay(
    new: list[NewExample], existing: Existing, share: float
) -> None:
    for example, split in zip(new, assign(new, existing, share), strict=True):
        if example.given_split in ("validation", "test"):
            assert split == example.given_split


@given(NEW, SHARES)
def test_every_split_of_a_class_has_images_where_it_can(
    new: list[NewExample], share: float
) -> None:
    free = [NewExample(example.content_hash, example.label, None) for example in new]
    splits = assign(free, {}, share)
    for label in {example.label for example in free}:
        of_class = [s for e, s in zip(free, splits, strict=True) if e.label == label]
        assert set(of_class) == set(("train", "test", "validation")[: len(of_class)])
        for split in ("validation", "test"):
            if len(of_class) > 4:
                assert abs(of_class.count(split) - share * len(of_class)) <= 1


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_imports_in_parts_keep_the_shares(parts: list[int]) -> None:
    # What was assigned is only ever counted, so it cannot move; the shares hold all the same.
    existing: Counter[tuple[str, Split]] = Counter()
    for number, count in enumerate(parts):
        for split in assign(examples("cats", count, start=100 * number), dict(existing)):
            existing["cats", split] += 1
    total = sum(parts)
    assert existing.total() == total
    for split in ("validation", "test"):
        assert abs(existing["cats", split] - 0.1 * total) <= 1.5


@given(NEW, EXISTING, SHARES)
def test_train_is_never_emptied(new: list[NewExample], existing: Existing, share: float) -> None:
    splits = assign(new, existing, share)
    for label in {example.label for example in new}:
        if any(e.label == label and e.given_split in ("train", None) for e in new):
            counts = Counter(s for e, s in zip(new, splits, strict=True) if e.label == label)
            train = counts["train"] + existing.get((label, "train"), 0)
            assert train > 0


def test_images_sent_to_train_are_never_tested() -> None:
    new = examples("cats", 20, "train")
    splits = assign_splits({}, new, validation_share=0.1, test_share=0.1, carve_test=False)
    assert Counter(splits) == {"train": 18, "validation": 2}


@given(
    st.lists(
        st.tuples(st.sampled_from(["cats", "dogs"]), st.integers(0, 5)), min_size=1, max_size=80
    )
)
def test_groups_stay_together_and_a_class_of_ten_has_all_splits(
    rows: list[tuple[str, int]],
) -> None:
    new = [
        NewExample(content_hash(str(n).encode()), label, None, group or None)
        for n, (label, group) in enumerate(rows)
    ]
    splits = assign(new)
    for label in ("cats", "dogs"):
        mine = [(e.group, s) for e, s in zip(new, splits, strict=True) if e.label == label]
        if len(mine) >= 10:
            assert {split for _, split in mine} == set(SPLITS)
        sizes = Counter(number for number, _ in mine if number)
        if mine and all(4 * size <= len(mine) for size in sizes.values()):
            for number in sizes:
                assert len({split for each, split in mine if each == number}) == 1


def test_a_class_of_one_group_is_split_all_the_same() -> None:
    new = [replace(example, group=1) for example in examples("cats", 20)]
    assert counted(new) == (16, 2, 2)
    sent = [replace(example, given_split="train") for example in new]
    assert counted(sent) == (16, 2, 2)
    kept = assign_splits({}, sent, validation_share=0.1, test_share=0.1, carve_test=False)
    assert "test" not in kept


def test_a_group_counts_within_a_class() -> None:
    new = [replace(one, group=1) for one in examples("cats", 1) + examples("dogs", 1)]
    settled: dict[tuple[int, str], Split] = {(1, "cats"): "test"}
    splits = assign_splits(
        {("dogs", "test"): 5}, new, validation_share=0.1, test_share=0.1, group_splits=settled
    )
    assert splits == ["test", "train"]
