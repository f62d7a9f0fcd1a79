import numpy as np
import pytest

from tellapart.training.augmentation import Augmentation, choose_augmentation


def some_images(count: int = 64, side: int = 12) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (count, side, side, 3)).astype(np.float32)


def apply(augmentation: Augmentation, images: np.ndarray, epoch: int = 2) -> np.ndarray:
    return augmentation.apply(images, np.arange(len(images)), epoch, np.random.default_rng(7))


def test_nothing_asked_nothing_changed() -> None:
    images = some_images()
    assert np.array_equal(apply(Augmentation(), images), images)


@pytest.mark.parametrize(
    "augmentation",
    [
        Augmentation(shift_px=2),
        Augmentation(flip=True),
        Augmentation(cutout_px=4),
        Augmentation(shift_px=1, turn_degrees=10, zoom=0.1),
    ],
)
def test_the_seed_decides_and_the_originals_stay(augmentation: Augmentation) -> None:
    images = some_images()
    kept = images.copy()
    first, second = (apply(augmentation, images) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(images, kept)
    assert not np.array_equal(first, images)
    assert first.shape == images.shape
    assert first.dtype == np.float32


def test_a_shift_moves_the_whole_image_and_mirrors_what_is_missing() -> None:
    side = 9
    ramp = np.broadcast_to(np.arange(side, dtype=np.float32)[None, :, None], (side, side, 3))
    images = np.repeat(ramp[None], 50, axis=0)
    moved = apply(Augmentation(shift_px=2), images)
    for image in moved:
        by = int(image[0, 4, 0]) - 4
        assert np.array_equal(
            image[0, :, 0], side - 1 - np.abs(side - 1 - np.abs(np.arange(side) + by))
        )
    assert {int(image[0, 4, 0]) - 4 for image in moved} == {-2, -1, 0, 1, 2}


def test_each_image_is_mirrored_in_every_other_epoch() -> None:
    images = some_images(40)
    for epoch in (1, 2, 3):
        changed = apply(Augmentation(flip=True), images, epoch)
        for number, (before, after) in enumerate(zip(images, changed, strict=True)):
            mirrored = (number + epoch) % 2 == 1
            assert np.array_equal(after, before[:, ::-1] if mirrored else before)


def test_a_cutout_is_a_square_of_zeros() -> None:
    changed = apply(Augmentation(cutout_px=4), np.ones((200, 12, 12, 3), np.float32))
    holes = (changed == 0).all(axis=-1)
    assert holes.any(axis=(1, 2)).all()
    assert holes.sum(axis=(1, 2)).max() == 16
    assert set(np.unique(changed)) == {0.0, 1.0}


def test_what_is_seen_for_the_first_time_is_not_cut() -> None:
    images = some_images()
    assert np.array_equal(apply(Augmentation(cutout_px=4), images, epoch=1), images)


def test_a_turn_keeps_what_is_round_and_stays_within_the_values() -> None:
    axis = np.arange(16) - 7.5
    disc = (np.hypot(axis[:, None], axis) < 5).astype(np.float32)
    images = np.repeat(disc[None, :, :, None], 3, axis=-1)
    turned = apply(Augmentation(turn_degrees=30), np.repeat(images, 20, axis=0))
    assert np.abs(turned - images).mean() < 0.05
    assert turned.min() >= 0
    assert turned.max() <= 1 + 1e-6


def test_a_zoom_changes_the_size_of_things() -> None:
    axis = np.arange(32) - 15.5
    disc = (np.hypot(axis[:, None], axis) < 8).astype(np.float32)
    images = np.repeat(disc[None, :, :, None], 100, axis=0)
    areas = apply(Augmentation(zoom=0.2), images).sum(axis=(1, 2, 3)) / disc.sum()
    # The area goes with the square of the size: 1 / 1.2**2 to 1 / 0.8**2.
    assert 0.68 < areas.min() < 0.75
    assert 1.4 < areas.max() < 1.6


def test_images_without_colour_stay_whole_and_as_they_face() -> None:
    grey = np.repeat(np.random.default_rng(0).integers(0, 256, (20, 16, 16, 1)), 3, axis=-1)
    chosen = choose_augmentation(grey.astype(np.uint8), strong=True)
    assert not chosen.flip
    assert chosen.cutout_px == 0


def test_images_in_colour_are_hidden_in_part_more_where_they_are_known_by_heart() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3)).astype(np.uint8)
    usual, strong = choose_augmentation(colours), choose_augmentation(colours, strong=True)
    assert (usual.flip, usual.shift_px, usual.cutout_px) == (True, 2, 8)
    assert (strong.flip, strong.shift_px, strong.cutout_px) == (True, 4, 12)
