import threading
from collections.abc import Iterator
from concurrent.futures import wait
from io import BytesIO
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tellapart.errors import (
    BlobNotFound,
    ImageTooLarge,
    ModelUnreadable,
    NoChampion,
    NotAnImage,
    Overloaded,
    TruncatedImage,
)
from tellapart.package.format import OUTPUT
from tellapart.runtime.session import InferenceSession
from tellapart.serving.engine import LoadedModel, PredictionEngine, load_model
from tellapart.settings import Settings
from tellapart.store.storage import Storage
from tests.support.images.builders import encode, jpeg_bytes
from tests.support.models.packages import colour_image, colour_model


class Gate:
    """A session that answers once it is let; it counts who waits."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)

        self.output_shapes = {OUTPUT: (None, 3)}

    def run(self, images: NDArray[Any], outputs: list[str]) -> dict[str, NDArray[np.float32]]:
        assert outputs == [OUTPUT]
        self.entered.release()
        assert self.open.wait(60)
        return {OUTPUT: np.array([[0.5, 0.3, 0.2]] * len(images), np.float32)}


def loaded(storage: Storage, version: int, **options: Any) -> LoadedModel:
    return load_model(storage.blobs, version, storage.blobs.put(colour_model(**options)))


def gated(storage: Storage, gate: Gate, version: int = 1) -> LoadedModel:
    package = loaded(storage, version).package
    return LoadedModel(version, cast("InferenceSession", gate), package)


@pytest.fixture
def engine(settings: Settings) -> Iterator[PredictionEngine]:
    small = settings.model_copy(
        update={"inference_threads": 2, "max_waiting_predictions": 4, "max_image_pixels": 10_000}
    )
    made = PredictionEngine(small)
    yield made
    made.close()


@pytest.mark.parametrize("colour", ["red", "green", "blue"])
def test_the_likeliest_class_is_first(
    engine: PredictionEngine, storage: Storage, colour: str
) -> None:
    engine.swap(loaded(storage, 3))
    answer = engine.submit(colour_image(colour), 3).result()
    assert answer.scores[0][0] == colour
    assert answer.model_version == 3
    assert [name for name, _ in answer.scores[1:]] == [
        name for name in ("red", "green", "blue") if name != colour
    ]
    scores = [score for _, score in answer.scores]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0)


def test_times_and_ids(engine: PredictionEngine, storage: Storage) -> None:
    engine.swap(loaded(storage, 1))
    first = engine.submit(colour_image("red"), 1).result()
    second = engine.submit(colour_image("red"), 1).result()
    assert first.prediction_id != second.prediction_id
    parts = first.decode_ms + first.queue_ms + first.inference_ms
    assert 0 < parts == pytest.approx(first.total_ms, rel=0.01)


@pytest.mark.parametrize(("top", "expected"), [(1, 1), (2, 2), (3, 3), (1000, 3)])
def test_as_many_classes_as_asked_for(
    engine: PredictionEngine, storage: Storage, top: int, expected: int
) -> None:
    engine.swap(loaded(storage, 1))
    assert len(engine.submit(colour_image("red"), top).result().scores) == expected


@pytest.mark.parametrize(("threshold", "abstained"), [(0.0, False), (0.9, False), (0.999, True)])
def test_an_unsure_answer_is_marked(
    engine: PredictionEngine, storage: Storage, threshold: float, abstained: bool
) -> None:
    engine.swap(loaded(storage, 1, confidence_threshold=threshold))
    answer = engine.submit(colour_image("red"), 1).result()
    assert answer.abstained is abstained
    assert answer.scores[0][0] == "red", "also then, the best guess is told"


@pytest.mark.parametrize(
    ("colour", "reason"),
    [("red", None), ("grey", "unlike_training_data"), ("#302028", "low_confidence")],
)
def test_a_strange_image_is_told_from_an_unsure_answer(
    engine: PredictionEngine, storage: Storage, colour: str, reason: str | None
) -> None:
    engine.swap(loaded(storage, 1, strange_from=0.3))
    answer = engine.submit(colour_image(colour), 1).result()
    assert answer.abstained_because == reason
    assert answer.abstained is (reason is not None)
    assert answer.distance_score is not None
    assert (answer.distance_score < 0.5) is (reason == "unlike_training_data")
    assert answer.explanation is None


def test_a_model_of_the_first_format_cannot_tell_how_strange_a_image_is(
    engine: PredictionEngine, storage: Storage
) -> None:
    engine.swap(loaded(storage, 1))
    answer = engine.submit(colour_image("red"), 1, explain=True).result()
    assert (answer.distance_score, answer.explanation) == (None, None)


def test_an_explanation_is_a_image_in_the_shape_of_the_one_asked(
    engine: PredictionEngine, storage: Storage
) -> None:
    engine.swap(loaded(storage, 1, strange_from=0.3))
    asked = Image.new("RGB", (60, 30), "black")
    asked.paste("red", (30, 0, 60, 30))
    explanation = engine.submit(encode(asked, "PNG"), 1, explain=True).result().explanation
    assert explanation is not None
    assert explanation.label == "red"
    drawn = Image.open(BytesIO(explanation.heat_map))
    assert (drawn.mode, drawn.size) == ("RGBA", (320, 160))
    opacity = np.asarray(drawn)[:, :, 3]
    assert opacity[:, 200:].min() > 150
    assert opacity[:, :120].max() == 0


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotAnImage),
        (b"This is text.", NotAnImage),
        (jpeg_bytes(90, 90)[:-800], TruncatedImage),
        (jpeg_bytes(101, 100), ImageTooLarge),
    ],
)
def test_bad_images(
    engine: PredictionEngine, storage: Storage, data: bytes, error: type[Exception]
) -> None:
    engine.swap(loaded(storage, 1))
    with pytest.raises(error):
        engine.submit(data, 1).result()
    assert engine.submit(colour_image("red"), 1).result().scores[0][0] == "red"


def test_no_model(engine: PredictionEngine) -> None:
    assert engine.model is None
    with pytest.raises(NoChampion, match="tellapart train"):
        engine.submit(colour_image("red"), 1)


def test_too_much_at_once_is_refused_and_then_there_is_room_again(
    engine: PredictionEngine, storage: Storage
) -> None:
    gate = Gate()
    engine.swap(gated(storage, gate))
    futures = [engine.submit(colour_image("red"), 1) for _ in range(4)]
    for _ in range(3):
        with pytest.raises(Overloaded, match="4 pictures are waiting"):
            engine.submit(colour_image("red"), 1)
    gate.open.set()
    wait(futures)
    assert all(future.result().model_version == 1 for future in futures)
    assert engine.submit(colour_image("red"), 1).result().model_version == 1


def test_bad_images_and_cancelled_ones_make_room(
    engine: PredictionEngine, storage: Storage
) -> None:
    engine.swap(loaded(storage, 1))
    for _ in range(10):
        with pytest.raises(NotAnImage):
            engine.submit(b"text", 1).result()
    gate = Gate()
    engine.swap(gated(storage, gate))
    for _ in range(3):
        futures = [engine.submit(colour_image("red"), 1) for _ in range(4)]
        assert gate.entered.acquire(timeout=60)
        assert gate.entered.acquire(timeout=60)
        assert [future.cancel() for future in futures] == [False, False, True, True]
        gate.open.set()
        wait(futures)
        gate.open.clear()


def test_a_swap_does_not_touch_what_runs(engine: PredictionEngine, storage: Storage) -> None:
    gate = Gate()
    engine.swap(gated(storage, gate, version=1))
    before = [engine.submit(colour_image("red"), 1) for _ in range(3)]
    assert gate.entered.acquire(timeout=60)
    engine.swap(loaded(storage, 2))
    after = engine.submit(colour_image("red"), 1)
    assert not any(future.done() for future in before)
    gate.open.set()
    assert [future.result().model_version for future in before] == [1, 1, 1]
    assert after.result().model_version == 2


def test_closing_answers_what_waits(settings: Settings, storage: Storage) -> None:
    engine = PredictionEngine(settings)
    engine.swap(loaded(storage, 1))
    futures = [engine.submit(colour_image("blue"), 1) for _ in range(20)]
    engine.close()
    assert {future.result().scores[0][0] for future in futures} == {"blue"}


def test_a_model_file_that_is_gone(storage: Storage) -> None:
    with pytest.raises(BlobNotFound):
        load_model(storage.blobs, 1, "0" * 64)


def test_a_model_file_that_is_none(storage: Storage) -> None:
    for data in (b"", b"This is no model.", colour_model()[:500]):
        with pytest.raises(ModelUnreadable):
            load_model(storage.blobs, 1, storage.blobs.put(data))
