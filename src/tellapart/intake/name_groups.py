"""Groups of images that their names show: `track12_frame03.png`, `patient7_2.jpg`.

A name shows a group where it is a stem with a number in it, a separator, perhaps a word, and a
running number. Names of one form (the stem without its digits) are taken for groups only where the
images with a class leave little doubt: many stems have several images, none has a large part of
them, the last number runs, and a class has several stems, so that the stem is not the class.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

_FORM = re.compile(r"(.*\d)([ _.-]+(?:[A-Za-z]+[ _.-]*)?)(\d{1,9})")
# Cameras count their folders from 100 and their images to 9999.
_CAMERA = re.compile(r"\d{3}[_-]\d{4}")
_DIGITS = re.compile(r"\d+")

_FEWEST_GROUPS = 6
_FEWEST_GROUPS_OF_CLASS = 3
_LARGEST_SHARE = 0.25
_GROUPED_SHARE = 0.5
# Of the numbers between the first and the last of a group: times of day have far fewer.
_RUNNING_SHARE = 0.01
# Names that come again in other folders mean something within their folder alone.
_REPEATED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class NamedImage:
    """An image by its path inside the source, and its class, if it has one."""

    image_id: int
    name: str
    label: str | None


@dataclass(frozen=True)
class NameGroups:
    """The group of each image that has one, by image id, and what a name of a group is like."""

    names: dict[int, str] = field(default_factory=dict)
    example: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    image: NamedImage
    folder: str
    stem: str
    between: str
    number: int


def find_name_groups(
    images: Iterable[NamedImage], known: Container[str] = frozenset()
) -> NameGroups:
    """The groups that names show.

    Args:
        images: all of a source; those without a class are grouped as those with one are.
        known: groups of the data set: an image that its name puts there is one of them.
    """
    forms: defaultdict[str, list[_Part]] = defaultdict(list)
    for image in images:
        part = _take_apart(image)
        if part is not None:
            forms[_DIGITS.sub("*", part.stem)].append(part)
    found: dict[int, str] = {}
    examples: list[str] = []
    for parts in forms.values():
        local = _repeats(parts)
        keys = [f"{part.folder}{part.stem}" if local else part.stem for part in parts]
        sizes = Counter(keys)
        shown = _shows_groups(parts, keys)
        for part, key in zip(parts, keys, strict=True):
            if (shown and sizes[key] > 1) or key in known:
                found[part.image.image_id] = key
                examples = examples or [f"{part.stem}{part.between}*"]
    return NameGroups(found, examples[0] if examples else "")


def _take_apart(image: NamedImage) -> _Part | None:
    folder, slash, name = image.name.replace("\\", "/").rpartition("/")
    stem, dot, ending = name.rpartition(".")
    name = stem if dot and not ending.isdecimal() else name
    match = None if _CAMERA.fullmatch(name) else _FORM.fullmatch(name)
    if match is None:
        return None
    return _Part(image, folder + slash, match[1], match[2], int(match[3]))


def _repeats(parts: Sequence[_Part]) -> bool:
    """Whether file names come again in other folders."""
    names = {(part.stem, part.between, part.number) for part in parts}
    return len(parts) - len(names) > _REPEATED_SHARE * len(parts)


def _shows_groups(parts: Sequence[_Part], keys: Sequence[str]) -> bool:
    """Whether there is little doubt that the images with one key belong together."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    of_class: defaultdict[str, set[str]] = defaultdict(set)
    for part, key in zip(parts, keys, strict=True):
        if part.image.label is not None:
            numbers[key].append(part.number)
            of_class[part.image.label].add(key)
    several = [found for found in numbers.values() if len(found) > 1]
    if len(several) < _FEWEST_GROUPS:
        return False
    count = sum(map(len, numbers.values()))
    running = median(len(found) / (max(found) - min(found) + 1) for found in several)
    return (
        sum(map(len, several)) >= _GROUPED_SHARE * count
        and max(map(len, several)) <= _LARGEST_SHARE * count
        and running >= _RUNNING_SHARE
        and median(map(len, of_class.values())) >= _FEWEST_GROUPS_OF_CLASS
    )
