"""Groups of images of one scene, patient or recording: each goes to one split, as a whole.

- A group may have images of several classes.
- A group that the data set has already goes where it is; to train, if it is in several splits.
- A split that the user gave is kept, even if it parts a group; the others of it are in train then.
- Other groups go, in the order of their content hashes, to the split that is furthest behind its
  share of their classes. Groups with near-duplicates of one another go together, unless that
  makes a large part of the images one group.
- A class of ten that has no validation or test image then gets a group of train there, the
  smallest, if train keeps as many. So does a source that gives train alone: see `splits`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from tellapart.dataset.split_shares import (
    HAS_ALL_SPLITS,
    PRECEDENCE,
    ClassSplits,
    Group,
    NewExample,
    Shares,
    targets,
)
from tellapart.store.tables import Split

_Unit = Sequence[NewExample]

# Groups with near-duplicates of one another become one while it has less of the images than this.
_LARGE_SHARE = 0.1


def join_groups(
    new: Sequence[NewExample], settled: Mapping[str, Split], images: int
) -> list[list[NewExample]]:
    """The images of each group; groups with near-duplicates of one another are joined.

    Those of the data set (`settled`) are left alone; `images` are all, with those.
    """
    members: defaultdict[str, list[NewExample]] = defaultdict(list)
    linked: defaultdict[Group, set[str]] = defaultdict(set)
    for example in new:
        if example.group_name is not None:
            members[example.group_name].append(example)
            if example.group is not None and example.group_name not in settled:
                linked[example.group, example.label].add(example.group_name)
    largest = max([*map(len, members.values()), int(_LARGE_SHARE * images)])
    joined: dict[str, str] = {}
    for _, names in sorted(linked.items()):
        first, *others = sorted({_root(joined, name) for name in names})
        for other in others:
            if len(members[first]) + len(members[other]) <= largest:
                members[first] += members.pop(other)
                joined[other] = first
    return list(members.values())


def _root(joined: Mapping[str, str], name: str) -> str:
    while name in joined:
        name = joined[name]
    return name


class GroupPlacing:
    """New groups on their way into the splits.

    `assigned` is the split of each image by its content hash; `near_duplicates`, where those with
    a group are, for images that are like them.
    """

    def __init__(
        self,
        existing: ClassSplits,
        new: Sequence[NewExample],
        shares: Shares,
        *,
        carve_test: bool,
    ) -> None:
        """Count what is there and what is given; `carve_test` as in `assign_splits`."""
        self.assigned: dict[str, Split] = {}
        self.near_duplicates: dict[Group, Split] = {}
        self._new = new
        self._counts = Counter(dict(existing))
        self._counts.update((e.label, e.given_split) for e in new if e.given_split is not None)
        totals = Counter(example.label for example in new)
        for (label, _), count in existing.items():
            totals[label] += count
        self._targets = {label: targets(count, shares) for label, count in totals.items()}
        self._totals = totals
        # Images that are in no group can still be sent where some are missing.
        self._loose = {e.label for e in new if e.group_name is None}
        self._may_carve = {
            (label, "test"): carve_test and not existing.get((label, "test")) for label in totals
        }
        has_validation = {e.label for e in new if e.given_split == "validation"}
        self._may_carve.update(
            ((label, "validation"), label not in has_validation) for label in totals
        )

    def place(
        self,
        units: Iterable[_Unit],
        named_splits: Mapping[str, Split],
        group_splits: Mapping[Group, Split],
    ) -> None:
        """Give each unit a split.

        Args:
            units: groups of images that belong together.
            named_splits: where the data set has images of a named group.
            group_splits: where it has near-duplicates.
        """
        near = dict(group_splits)
        movable: list[_Unit] = []
        ordered = sorted(units, key=lambda unit: min(e.content_hash for e in unit))
        ordered.sort(key=lambda unit: _named(unit, named_splits) is None)
        for unit in ordered:
            split = _named(unit, named_splits)
            if split is not None:
                self._put(unit, split)
                near = {**self.near_duplicates, **group_splits}
                continue
            given = {e.given_split for e in unit if e.given_split is not None}
            split = _one_of(given) or _near(unit, near)
            if split is None or given == {"train"}:
                movable.append(unit)
            self._put(unit, split or self._least_full(unit))
        movable.sort(key=len)
        for missing in ("test", "validation"):
            for label in sorted(self._totals):
                self._fill(label, missing, [u for u in movable if any(e.label == label for e in u)])

    def _put(self, unit: _Unit, split: Split) -> None:
        for example in unit:
            chosen = example.given_split or split
            self.assigned[example.content_hash] = chosen
            if example.given_split is None:
                self._counts[example.label, chosen] += 1
            if example.group is not None:
                near = (example.group, example.label)
                seen = self.near_duplicates.setdefault(near, chosen)
                if seen != chosen:
                    self.near_duplicates[near] = "train"

    def _fill(self, label: str, missing: Split, units: Sequence[_Unit]) -> None:
        """Move groups of train to a split that a class lacks, the smallest first."""
        inside = [unit for unit in units if self._is_in_train(unit) and self._may(unit, missing)]
        for unit in inside:
            count = sum(example.label == label for example in unit)
            wanted = self._targets[label][missing] - self._counts[label, missing]
            is_given = any(example.given_split for example in unit)
            if is_given and count <= wanted and self._train_keeps(unit, 1):
                self._move(unit, missing)
        if self._counts[label, missing] or self._totals[label] < HAS_ALL_SPLITS:
            return
        for unit in inside:
            half = label not in self._loose and self._train_keeps(unit, len(unit))
            if half and self._is_in_train(unit):
                self._move(unit, missing)
                return

    def _may(self, unit: _Unit, split: Split) -> bool:
        return all(e.given_split is None or self._may_carve[e.label, split] for e in unit)

    def _is_in_train(self, unit: _Unit) -> bool:
        return all(self.assigned[example.content_hash] == "train" for example in unit)

    def _train_keeps(self, unit: _Unit, least: int) -> bool:
        """Whether each of its classes has so many train images (or as many as move) without it."""
        counts = Counter(example.label for example in unit)
        return all(
            self._counts[label, "train"] - count >= min(least, count)
            for label, count in counts.items()
        )

    def _move(self, unit: _Unit, split: Split) -> None:
        for example in unit:
            self._counts[example.label, "train"] -= 1
            self._counts[example.label, split] += 1
            self.assigned[example.content_hash] = split
            if example.group is not None:
                self.near_duplicates[example.group, example.label] = split

    def _least_full(self, unit: _Unit) -> Split:
        """The split that is furthest behind its targets, before the last of these goes there."""
        counts = Counter(example.label for example in unit)

        def fullness(split: Split) -> float:
            total = 0.0
            for label, count in counts.items():
                target = self._targets[label][split]
                if not target:
                    return float("inf")
                total += count * (self._counts[label, split] + count - 1) / target
            return total

        return min(PRECEDENCE, key=fullness)


def _named(unit: _Unit, named_splits: Mapping[str, Split]) -> Split | None:
    found = (named_splits.get(example.group_name or "") for example in unit)
    return next((split for split in found if split is not None), None)


def _near(unit: _Unit, group_splits: Mapping[Group, Split]) -> Split | None:
    """Where the data set has near-duplicates of a group."""
    groups = {(example.group, example.label) for example in unit if example.group is not None}
    return _one_of({group_splits[group] for group in groups if group in group_splits})


def _one_of(splits: Collection[Split]) -> Split | None:
    """The split of a group; train, if it is in several."""
    return None if not splits else next(iter(splits)) if len(splits) == 1 else "train"
