"""How one image becomes an answer: decode, prepare, run, name the classes.

A fixed number of threads does all three steps for one image after another. Pillow and ONNX
Runtime release the GIL, so each thread fills one core, and the event loop stays free.
"""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import NoChampion, Overloaded
from tellapart.images.decode import ImageHeader, read_header
from tellapart.images.heat_maps import heat_map
from tellapart.images.preprocessing import prepare
from tellapart.package.format import (
    ACTIVATION_MAPS,
    DISTANCE,
    OUTPUT,
    ModelPackage,
    Reason,
    read_package,
)
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession
from tellapart.serving.counters import (
    CHAMPION_VERSION,
    PREDICTION_SECONDS,
    PREDICTIONS,
    STAGE_SECONDS,
    WAITING,
)
from tellapart.settings import Settings
from tellapart.store.blobs import BlobStore


@dataclass(frozen=True)
class LoadedModel:
    """A model version that is ready to answer."""

    version: int
    session: InferenceSession
    package: ModelPackage

    def run(self, pixels: NDArray[np.uint8], *, explain: bool) -> dict[str, NDArray[np.float32]]:
        """What the model says of one prepared image uint8 [H, W, 3], each without its batch side.

        The activation maps are left out unless they are needed: they take a while.
        """
        wanted = (OUTPUT, DISTANCE, ACTIVATION_MAPS) if explain else (OUTPUT, DISTANCE)
        given = [name for name in wanted if name in self.session.output_shapes]
        found = self.session.run(pixels[np.newaxis], given)
        return {name: values[0] for name, values in found.items()}

    def draw(self, maps: NDArray[np.float32], label: int, header: ImageHeader) -> bytes:
        """The activation maps of an image as the heat map of a class, a PNG."""
        return heat_map(maps, label, self.package.spec, (header.width_px, header.height_px))


@dataclass(frozen=True)
class Explanation:
    """Where a model looks for the class `label`: a PNG to lay over the image."""

    label: str
    heat_map: bytes


@dataclass(frozen=True)
class Answer:
    """What a model says of one image. Scores are calibrated, best first; times are in ms.

    `distance_score` is 1 for an image like the training data, under a half for one that is not,
    None where the model cannot tell.
    """

    prediction_id: str
    model_version: int
    scores: list[tuple[str, float]]
    abstained_because: Reason | None
    distance_score: float | None
    explanation: Explanation | None
    decode_ms: float
    queue_ms: float
    inference_ms: float
    total_ms: float

    @property
    def abstained(self) -> bool:
        """Whether the model would rather not answer."""
        return self.abstained_because is not None


def load_model(blobs: BlobStore, version: int, blob: str) -> LoadedModel:
    """Open a model and run it once, so that the first user does not wait for it.

    Raises:
        BlobNotFound, BlobDamaged: the file is gone, or is not what was stored.
        ModelUnreadable: it is not a model package.
    """
    session = InferenceSession(blobs.read_checked(blob), threads=1)
    package = read_package(session)
    spec = package.spec
    model = LoadedModel(version, session, package)
    model.run(np.zeros((spec.height_px, spec.width_px, 3), np.uint8), explain=False)
    return model


class PredictionEngine:
    """Answers images with the model that is in service at that moment."""

    def __init__(self, settings: Settings) -> None:
        self._max_pixels = settings.max_image_pixels
        self._max_waiting = settings.max_waiting_predictions
        threads = settings.inference_threads or usable_cores()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="predict")
        self._waiting = 0
        self._lock = threading.Lock()
        self._model: LoadedModel | None = None

    @property
    def model(self) -> LoadedModel | None:
        """The model in service."""
        return self._model

    def swap(self, model: LoadedModel) -> None:
        """Put another model into service; images being answered keep the one they began with."""
        self._model = model
        CHAMPION_VERSION.set(model.version)

    def submit(self, data: bytes, top: int, *, explain: bool = False) -> Future[Answer]:
        """Answer an image, given as the bytes of its file, with its `top` likeliest classes.

        With `explain` it also says where in the image the likeliest is seen, if the model can.
        The future raises `InvalidImage` for bytes that are no usable image.

        Raises:
            NoChampion: no model is in service.
            Overloaded: too many images wait already.
        """
        model = self._model
        if model is None:
            raise NoChampion(
                "No model is in service yet. Import pictures, then train: `tellapart train`, or "
                "Models → Retrain."
            )
        with self._lock:
            if self._waiting >= self._max_waiting:
                PREDICTIONS.labels("overloaded").inc()
                raise Overloaded(
                    f"{self._waiting} pictures are waiting for an answer. Try again in a second."
                )
            self._waiting += 1
        WAITING.inc()
        future = self._pool.submit(self._answer, model, data, top, explain, time.perf_counter())
        future.add_done_callback(self._leave)
        return future

    def close(self) -> None:
        """Answer what waits, then stop the threads."""
        self._pool.shutdown(wait=True)

    def _leave(self, future: Future[Answer]) -> None:
        with self._lock:
            self._waiting -= 1
        WAITING.dec()
        if future.cancelled() or future.exception() is not None:
            PREDICTIONS.labels("refused").inc()
        else:
            PREDICTIONS.labels("answered").inc()
            answer = future.result()
            PREDICTION_SECONDS.observe(answer.total_ms / 1000)
            STAGE_SECONDS.labels("queue").observe(answer.queue_ms / 1000)
            STAGE_SECONDS.labels("decode").observe(answer.decode_ms / 1000)
            STAGE_SECONDS.labels("inference").observe(answer.inference_ms / 1000)

    def _answer(
        self, model: LoadedModel, data: bytes, top: int, explain: bool, submitted: float
    ) -> Answer:
        begun = time.perf_counter()
        pixels = prepare(data, model.package.spec, max_pixels=self._max_pixels)
        decoded = time.perf_counter()
        found = model.run(pixels, explain=explain)
        probabilities, package = found[OUTPUT], model.package
        distance = float(found[DISTANCE]) if DISTANCE in found else None
        best = np.argsort(-probabilities, kind="stable")[:top]
        names = package.class_names
        maps, explanation = found.get(ACTIVATION_MAPS), None
        if maps is not None:
            header = read_header(data, max_pixels=self._max_pixels)
            image = model.draw(maps, int(best[0]), header)
            explanation = Explanation(names[best[0]], image)
        done = time.perf_counter()
        return Answer(
            prediction_id=uuid4().hex,
            model_version=model.version,
            scores=[(names[k], float(probabilities[k])) for k in best],
            abstained_because=package.reason_to_abstain(float(probabilities[best[0]]), distance),
            distance_score=None if distance is None else package.distance_score(distance),
            explanation=explanation,
            decode_ms=(decoded - begun) * 1000,
            queue_ms=(begun - submitted) * 1000,
            inference_ms=(done - decoded) * 1000,
            total_ms=(done - submitted) * 1000,
        )
