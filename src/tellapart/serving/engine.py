"""How one picture becomes an answer: decode, prepare, run, name the classes.

A fixed number of threads does all three steps for one picture after another. Pillow and ONNX
Runtime release the GIL, so each thread fills one core, and the event loop stays free.
"""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from tellapart.errors import NoChampion, Overloaded
from tellapart.images.preprocessing import prepare
from tellapart.models.package import ModelPackage, read_package
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession
from tellapart.serving.counters import CHAMPION_VERSION, PREDICTION_SECONDS, PREDICTIONS
from tellapart.settings import Settings
from tellapart.store.blobs import LocalBlobs


@dataclass(frozen=True)
class LoadedModel:
    """A model version that is ready to answer."""

    version: int
    session: InferenceSession
    package: ModelPackage


@dataclass(frozen=True)
class Answer:
    """What a model says of one picture. Scores are calibrated, best first; times are in ms."""

    prediction_id: str
    model_version: int
    scores: list[tuple[str, float]]
    abstained: bool
    decode_ms: float
    queue_ms: float
    inference_ms: float
    total_ms: float


def load_model(blobs: LocalBlobs, version: int, blob: str) -> LoadedModel:
    """Open a model and run it once, so that the first user does not wait for it.

    Raises:
        BlobNotFound: the file is gone.
        ModelUnreadable: it is not a model package.
    """
    session = InferenceSession(blobs.read(blob), threads=1)
    package = read_package(session)
    spec = package.spec
    session.run(np.zeros((1, spec.height_px, spec.width_px, 3), np.uint8))
    return LoadedModel(version, session, package)


class PredictionEngine:
    """Answers pictures with the model that is in service at that moment."""

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
        """Put another model into service; pictures being answered keep the one they began with."""
        self._model = model
        CHAMPION_VERSION.set(model.version)

    def submit(self, data: bytes, top: int) -> Future[Answer]:
        """Answer a picture, given as the bytes of its file, with its `top` likeliest classes.

        The future raises `InvalidImage` for bytes that are no usable picture.

        Raises:
            NoChampion: no model is in service.
            Overloaded: too many pictures wait already.
        """
        model = self._model
        if model is None:
            raise NoChampion(
                "No model is in service yet. Import pictures and train: `tellapart demo` does both."
            )
        with self._lock:
            if self._waiting >= self._max_waiting:
                PREDICTIONS.labels("overloaded").inc()
                raise Overloaded(
                    f"{self._waiting} pictures are waiting for an answer. Try again in a second."
                )
            self._waiting += 1
        future = self._pool.submit(self._answer, model, data, top, time.perf_counter())
        future.add_done_callback(self._leave)
        return future

    def close(self) -> None:
        """Answer what waits, then stop the threads."""
        self._pool.shutdown(wait=True)

    def _leave(self, future: Future[Answer]) -> None:
        with self._lock:
            self._waiting -= 1
        if future.cancelled() or future.exception() is not None:
            PREDICTIONS.labels("refused").inc()
        else:
            PREDICTIONS.labels("answered").inc()
            PREDICTION_SECONDS.observe(future.result().total_ms / 1000)

    def _answer(self, model: LoadedModel, data: bytes, top: int, submitted: float) -> Answer:
        begun = time.perf_counter()
        pixels = prepare(data, model.package.spec, max_pixels=self._max_pixels)
        decoded = time.perf_counter()
        probabilities = model.session.run(pixels[np.newaxis])["probabilities"][0]
        done = time.perf_counter()
        best = np.argsort(-probabilities, kind="stable")[:top]
        names = model.package.class_names
        return Answer(
            prediction_id=uuid4().hex,
            model_version=model.version,
            scores=[(names[k], float(probabilities[k])) for k in best],
            abstained=bool(probabilities[best[0]] < model.package.confidence_threshold),
            decode_ms=(decoded - begun) * 1000,
            queue_ms=(begun - submitted) * 1000,
            inference_ms=(done - decoded) * 1000,
            total_ms=(done - submitted) * 1000,
        )
