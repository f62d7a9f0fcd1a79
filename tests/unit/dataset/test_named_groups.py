from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tellapart.dataset.named_groups import join_groups
from tellapart.dataset.split_shares import NewExample
from tellapart.dataset.splits import assign_splits
from tellapart.store.blobs import content_hash
from tellapart.store.tables import SPLITS, Split

Row = tuple[str, str | None, Split | None]


def examples(rows: list[Row]) -> list[NewExample]:
    return [
        NewExample(content_hash(str(n).encode()), label, split, None, name)
        for n, (label, name, split) in enumerate(rows)
    ]


def tracks(label: str, groups: int, each: int, split: Split | None = None) -> list[Row]:
    return [(label, f"{label}{group}", split) for group in range(groups) for _ in range(each)]


def assign(
    new: list[NewExample],
    existing: dict[tuple[str, Split], int] | None = None,
    named: dict[str, Split] | None = None,
    *,
    carve_test: bool = True,
) -> list[Split]:
    return assign_splits(
        existing or {},
        new,
        validation_share=0.1,
        test_share=0.1,
        carve_test=carve_test,
        named_splits=named,
    )


def by_group(new: list[NewExample], splits: list[Split]) -> dict[str | None, set[Split]]:
    found: defaultdict[str | None, set[Split]] = defaultdict(set)
    for example, split in zip(new, splits, strict=True):
        found[example.group_name].add(split)
    return found


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cats", "dogs"]),
            st.one_of(st.none(), st.sampled_from("abcdefgh")),
            st.none(),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_a_named_group_is_never_parted(rows: list[Row]) -> None:
    new = examples(rows)
    splits = assign(new)
    parts = by_group(new, splits)
    assert all(len(found) == 1 for name, found in parts.items() if name is not None)
    assert assign(new[::-1]) == splits[::-1]


def test_shares_of_many_groups_are_near_those_of_single_images() -> None:
    new = examples([*tracks("cats", 40, 10), *tracks("dogs", 40, 10)])
    splits = assign(new)
    counts = Counter((e.label, split) for e, split in zip(new, splits, strict=True))
    for label in ("cats", "dogs"):
        assert counts[label, "test"] in range(30, 51)
        assert counts[label, "validation"] in range(30, 51)
    assert all(len(found) == 1 for found in by_group(new, splits).values())


def test_few_large_groups_give_each_split_one() -> None:
    new = examples(tracks("cats", 3, 20))
    assert set(assign(new)) == set(SPLITS)
    two = examples(tracks("cats", 2, 20))
    assert Counter(assign(two)) == {"train": 20, "test": 20}


def test_one_group_stays_in_train_whole() -> None:
    assert set(assign(examples(tracks("cats", 1, 30)))) == {"train"}


def test_a_group_of_several_classes_goes_to_one_split() -> None:
    rows: list[Row] = [
        (label, f"patient{patient}", None)
        for patient in range(30)
        for label in ("ill", "well")
        for _ in range(2)
    ]
    new = examples(rows)
    parts = by_group(new, assign(new))
    assert len(parts) == 30
    assert all(len(found) == 1 for found in parts.values())
    assert set.union(*parts.values()) == set(SPLITS)


def test_a_known_group_goes_where_it_is() -> None:
    new = examples(tracks("cats", 2, 10))
    splits = assign(new, {("cats", "train"): 500}, {"cats0": "test", "cats1": "train"})
    assert by_group(new, splits) == {"cats0": {"test"}, "cats1": {"train"}}


def test_given_splits_are_kept_even_where_they_part_a_group() -> None:
    rows: list[Row] = [("cats", "a", "train"), ("cats", "a", "test"), ("cats", "a", None)]
    new = examples([*rows, ("cats", "b", "test"), ("cats", "b", None)])
    assert assign(new) == ["train", "test", "train", "test", "test"]


def test_validation_is_made_of_whole_groups_of_given_train_images() -> None:
    test: list[Row] = [("cats", f"t{n // 5}", "test") for n in range(20)]
    new = examples([*tracks("cats", 20, 5, "train"), *test])
    splits = assign(new)
    assert splits[100:] == ["test"] * 20
    assert Counter(splits[:100])["validation"] in range(5, 16)
    assert "test" not in splits[:100]
    assert all(len(found) == 1 for found in by_group(new, splits).values())


def test_images_sent_to_train_are_never_tested() -> None:
    new = examples(tracks("cats", 20, 5, "train"))
    splits = assign(new, carve_test=False)
    assert Counter(splits)["validation"] >= 5
    assert "test" not in splits


def test_images_without_a_group_fill_what_groups_leave_empty() -> None:
    new = examples([*tracks("cats", 1, 30), *[("cats", None, None)] * 20])
    splits = assign(new)
    assert set(splits[:30]) == {"train"}
    assert set(splits) == set(SPLITS)


def test_groups_with_near_duplicates_go_together() -> None:
    new = examples([*tracks("cats", 40, 2)])
    twins = [replace(e, group=7) if e.group_name in ("cats3", "cats9") else e for e in new]
    assert sorted(map(len, join_groups(twins, {}, len(twins)))) == [2] * 38 + [4]
    parts = by_group(twins, assign(twins))
    assert parts["cats3"] == parts["cats9"]
    # All of them alike would be one group, and leave nothing to test with.
    alike = [replace(example, group=1) for example in new]
    assert max(map(len, join_groups(alike, {}, len(alike)))) <= 8
    assert set(assign(alike)) == set(SPLITS)
    # A near-duplicate without a group goes where its twin in a group is.
    loose = NewExample(content_hash(b"loose"), "cats", None, 7)
    splits = assign([*twins, loose])
    assert {splits[-1]} == by_group(twins, splits[:-1])["cats3"]
