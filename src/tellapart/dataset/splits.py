"""Which split a new image goes to: stratified by class, and sticky.

- What is in the data set never moves. A test set that changes is no measure. (Until something was
  measured, groups that are parted may: see `tellapart.dataset.regrouping`.)
- A split that the user gave is kept. The one exception: where a source gives a split but leaves
  another out, the missing one is made of its train images, since a model without it can neither
  be calibrated nor judged. Validation is missing where a class gets none in this source; test is
  missing where the whole source has none and the class has none yet. Given test and validation
  images are never used for anything else.
- Other images go, class by class and in the order of their content hashes, to the split that is
  furthest behind its share. So the outcome depends on what the images are, not on the order of
  files. A class of one image is in train, of two in train and test, of more in all three.
- Near-duplicates of one another in a class go to one split, that of those which are in the data
  set already or have a given one: a model must not be tested on what it has seen.
- A class of ten images has all three splits, unless its source or its user decided otherwise: where
  its groups of near-duplicates are in the way, the smallest goes there, and at last single images.
- Named groups come first, and are never parted: see `tellapart.dataset.named_groups`.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence

from tellapart.dataset.named_groups import GroupPlacing, join_groups
from tellapart.dataset.split_shares import (
    HAS_ALL_SPLITS,
    PRECEDENCE,
    ClassSplits,
    Group,
    NewExample,
    Shares,
    targets,
)
from tellapart.store.tables import SPLITS, Split


def assign_splits(
    existing: ClassSplits,
    new: Sequence[NewExample],
    *,
    validation_share: float,
    test_share: float,
    carve_test: bool = True,
    group_splits: Mapping[Group, Split] | None = None,
    named_splits: Mapping[str, Split] | None = None,
) -> list[Split]:
    """The split of each new image, in the order of `new`.

    Args:
        existing: how many images the data set has, by class and split.
        new: the images to add.
        validation_share: the part of each class that should be in validation, 0 to 1.
        test_share: the part of each class that should be in test, 0 to 1.
        carve_test: make a missing test split of given train images; not when a user sends all
            images of an import to train and will bring the test images in another one.
        group_splits: where the data set has near-duplicates of the new ones.
        named_splits: where the data set has images of named groups.
    """
    shares = Shares(validation_share, test_share)
    carve_test = carve_test and all(example.given_split != "test" for example in new)
    validated = {example.label for example in new if example.given_split == "validation"}
    settled = dict(group_splits or {})
    assigned: dict[str, Split] = {}
    alone = new
    if any(example.group_name is not None for example in new):
        groups = GroupPlacing(existing, new, shares, carve_test=carve_test)
        images = len(new) + sum(existing.values())
        groups.place(join_groups(new, named_splits or {}, images), named_splits or {}, settled)
        assigned = groups.assigned
        settled = {**groups.near_duplicates, **settled}
        alone = [example for example in new if example.group_name is None]
    by_label: defaultdict[str, list[NewExample]] = defaultdict(list)
    for example in alone:
        by_label[example.label].append(example)
    placed = Counter((e.label, assigned[e.content_hash]) for e in new if e.content_hash in assigned)
    for label, examples in by_label.items():
        counts = {split: existing.get((label, split), 0) + placed[label, split] for split in SPLITS}
        examples.sort(key=lambda example: example.content_hash)
        of_class = {group: split for (group, name), split in settled.items() if name == label}
        placing = _ClassPlacing(counts, examples, shares, of_class)
        if carve_test and not existing.get((label, "test")):
            placing.carve("test")
        if label not in validated:
            placing.carve("validation")
        placing.fill_empty()
        assigned.update(placing.assigned)
    return [assigned[example.content_hash] for example in new]


class _ClassPlacing:
    """The new images of one class, on their way into its splits."""

    def __init__(
        self,
        existing: Mapping[Split, int],
        examples: Sequence[NewExample],
        shares: Shares,
        settled: Mapping[int, Split],
    ) -> None:
        given = {one.content_hash: one.given_split for one in examples if one.given_split}
        self.assigned: dict[str, Split] = dict(given)
        self._examples = examples
        self._settled = settled
        self._splits = {**_given_to_groups(examples), **settled}
        self._given = Counter(given.values())
        self._counts = Counter(existing) + self._given
        total = sum(existing.values()) + len(examples)
        self._targets = targets(total, shares)
        sizes = Counter(one.group for one in examples if one.given_split is None)
        for example in examples:
            if example.given_split is None:
                self._assign(example, 1 if example.group is None else sizes[example.group])

    def carve(self, missing: Split) -> None:
        """Make a split that the source leaves out of train images that it gives."""
        if self._given[missing] or not self._given["train"]:
            return
        for unit in self._movable():
            wanted = self._targets[missing] - self._counts[missing]
            # Train keeps one, be it of these or from before.
            if len(unit) <= min(wanted, self._counts["train"] - 1):
                self._move(unit, missing)
        if not self._counts[missing]:
            self._force(missing)

    def fill_empty(self) -> None:
        """Give images that are free to go anywhere to a split that groups have left empty."""
        free = {one.content_hash for one in self._examples if one.given_split is None}
        for missing in ("test", "validation"):
            if free and not self._counts[missing]:
                self._force(missing, free)

    def _force(self, missing: Split, among: Container[str] | None = None) -> None:
        """Move the smallest group of train images, or single ones if train would lose too much."""
        if sum(self._counts.values()) < HAS_ALL_SPLITS:
            return
        units = [unit for unit in self._movable() if among is None or unit[0] in among]
        if units and 2 * len(units[0]) <= self._counts["train"]:
            self._move(units[0], missing)
            return
        singles = [
            one.content_hash
            for one in self._examples
            if self.assigned[one.content_hash] == "train"
            and (among is None or one.content_hash in among)
        ]
        self._move(singles[: min(self._targets[missing], self._counts["train"] - 1)], missing)

    def _move(self, unit: Sequence[str], split: Split) -> None:
        for name in unit:
            self._counts[self.assigned[name]] -= 1
            self._counts[split] += 1
            self.assigned[name] = split

    def _assign(self, example: NewExample, together: int) -> None:
        given = None if example.group is None else self._splits.get(example.group)
        split = given or self._least_full(together)
        if example.group is not None:
            self._splits[example.group] = split
        self.assigned[example.content_hash] = split
        self._counts[split] += 1

    def _movable(self) -> list[list[str]]:
        """The train images that can go elsewhere: single ones, then groups as a whole."""
        units: defaultdict[int | str, list[str]] = defaultdict(list)
        for one in self._examples:
            if one.group not in self._settled:
                units[one.content_hash if one.group is None else one.group].append(one.content_hash)
        movable = [
            unit for unit in units.values() if all(self.assigned[name] == "train" for name in unit)
        ]
        return sorted(movable, key=len)

    def _least_full(self, together: int) -> Split:
        """The split that is furthest behind its target, before the last of these goes there."""

        def fullness(split: Split) -> float:
            target = self._targets[split]
            return (self._counts[split] + together - 1) / target if target else float("inf")

        return min(PRECEDENCE, key=fullness)


def _given_to_groups(examples: Sequence[NewExample]) -> dict[int, Split]:
    """The split of each group with a given one; train for a group that its source has torn."""
    found: dict[int, Split] = {}
    for one in examples:
        if one.group is not None and one.given_split and found.get(one.group) != "train":
            found[one.group] = one.given_split
    return found
