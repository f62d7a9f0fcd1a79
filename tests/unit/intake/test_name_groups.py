import random
from collections.abc import Callable, Iterable

import pytest

from tellapart.intake.name_groups import NamedImage, find_name_groups

CLASSES = ("cats", "dogs")


def named(names: Iterable[tuple[str, str | None]]) -> list[NamedImage]:
    return [NamedImage(number, name, label) for number, (name, label) in enumerate(names)]


def flat(form: Callable[[int, int], str], stems: int = 20, each: int = 5) -> list[NamedImage]:
    """Images of stems in turn, each of which is of one of two classes."""
    return named(
        (f"{CLASSES[stem % 2]}/{form(stem, number)}", CLASSES[stem % 2])
        for stem in range(stems)
        for number in range(each)
    )


@pytest.mark.parametrize(
    ("form", "example"),
    [
        (lambda s, n: f"track{s}_frame{n:02d}.png", "track0_frame*"),
        (lambda s, n: f"patient{s}_{n}.jpg", "patient0_*"),
        (lambda s, n: f"{s:05d}_{n:05d}.ppm", "00000_*"),
        (lambda s, n: f"scene-{s:03d}-{n:04d}", "scene-000-*"),
        (lambda s, n: f"person{s}_bacteria_{5 * s + n}.jpeg", "person0_bacteria_*"),
        (lambda s, n: f"IMG_{s:04d}_rot{90 * n}.png", "IMG_0000_rot*"),
    ],
)
def test_names_that_show_groups(form: Callable[[int, int], str], example: str) -> None:
    images = flat(form)
    found = find_name_groups(images)
    assert found.example == example
    assert len(found.names) == 100
    groups = [{found.names[5 * stem + n] for n in range(5)} for stem in range(20)]
    assert all(len(group) == 1 for group in groups)
    assert len(set.union(*groups)) == 20


@pytest.mark.parametrize(
    "form",
    [
        lambda s, n: f"IMG_{5 * s + n:04d}.jpg",
        lambda s, n: f"DSC{5 * s + n:04d}.jpg",
        lambda s, n: f"{100 + s}_{n:04d}.jpg",
        lambda s, n: f"{CLASSES[s % 2]}.{5 * s + n}.jpg",
        lambda s, n: f"{CLASSES[s % 2]}_{5 * s + n}.jpg",
        lambda s, n: f"{5 * s + n}.jpg",
        # The stem is the class.
        lambda s, n: f"n0{s % 2}_{5 * s + n}.jpg",
        lambda s, n: f"{s % 2:03d}_{5 * s + n:04d}.jpg",
        # Times of day, and numbers that run on no line.
        lambda s, n: f"IMG_202105{s + 1:02d}_{100_000 + 9_973 * n}.jpg",
        lambda s, n: f"{s}_0_1_2017011618{1_000_003 * n % 9_999_991:07d}.jpg",
        # Each stem once.
        lambda s, n: f"case{5 * s + n}_1.jpg",
        # Few stems.
        lambda s, n: f"batch{s // 5}_{5 * s + n}.jpg",
        lambda s, n: f"{random.Random(5 * s + n).randbytes(16).hex()}.jpg",
        lambda s, n: "_" * (s + n),
    ],
)
def test_names_that_show_none(form: Callable[[int, int], str]) -> None:
    found = find_name_groups(flat(form))
    assert (found.names, found.example) == ({}, "")


def test_one_large_stem_is_no_scene() -> None:
    images = flat(lambda s, n: f"track{s // 10 if s < 10 else s}_{5 * s + n}.jpg")
    assert find_name_groups(images).names == {}


def test_names_that_come_again_in_other_folders_count_within_a_folder() -> None:
    images = named(
        (f"{label}/{track:05d}_{n:05d}.ppm", label)
        for label in ("00", "01", "02")
        for track in range(6)
        for n in range(4)
    )
    found = find_name_groups(images)
    assert len(set(found.names.values())) == 18
    assert found.names[0] == "00/00000"


def test_a_stem_of_several_classes_is_one_group() -> None:
    images = named(
        (f"{label}/patient{patient}_{number}.jpg", label)
        for patient in range(10)
        for number, label in enumerate(("ill", "ill", "well", "well"))
    )
    found = find_name_groups(images)
    assert {found.names[n] for n in range(4)} == {"patient0"}


def test_images_without_a_class_join_but_do_not_decide() -> None:
    images = flat(lambda s, n: f"track{s}_{n}.png")
    loose = [NamedImage(1000, "loose/track3_77.png", None), NamedImage(1001, "track99_1.png", None)]
    found = find_name_groups([*images, *loose])
    assert found.names[1000] == "track3"
    assert 1001 not in found.names
    without = [NamedImage(image.image_id, image.name, None) for image in images]
    assert find_name_groups(without).names == {}


def test_an_image_of_a_known_group_is_one_of_it() -> None:
    few = named([("cats/track3_8.png", "cats"), ("cats/track4_1.png", "cats")])
    assert find_name_groups(few, {"track3"}).names == {0: "track3"}
    assert find_name_groups(few).names == {}
