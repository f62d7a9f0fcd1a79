"""Two versions beside each other, on the images that both were tested on."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.versions import states_by_hash
from tellapart.errors import InvalidRequest, NotComparable, NotFound
from tellapart.evaluation.comparison import McNemar, judge, mcnemar, some_names
from tellapart.evaluation.metrics import ModelMetrics
from tellapart.registry.answers import Answers, read_answers
from tellapart.registry.versions import ModelRegistry, RegisteredModel
from tellapart.store.storage import Storage

# Of `ModelMetrics`; whether higher is better.
_METRICS = {
    "accuracy": True,
    "precision_macro": True,
    "recall_macro": True,
    "f1_macro": True,
    "top_5_accuracy": True,
    "roc_auc_macro": True,
    "log_loss": False,
    "ece": False,
}
_SHOWN = 50


@dataclass(frozen=True)
class ComparedMetric:
    """One number of the first and of the second version."""

    name: str
    values: tuple[float, float]
    higher_is_better: bool


@dataclass(frozen=True)
class ComparedImage:
    """An image of a class, and what the first and the second version say of it."""

    image_id: int
    label: str
    predicted: tuple[str, str]
    confidence: tuple[float, float]


@dataclass(frozen=True)
class Comparison:
    """Two versions on `images` images, by their classes of today.

    Where the versions know different classes (`only_known_to`, by version), it is on images of
    those that both know; `left_out` images are of others. `only_first` are up to 50 images that
    only the first version gets right, the surest mistakes of the other first.
    """

    versions: tuple[int, int]
    images: int
    only_known_to: tuple[list[str], list[str]]
    left_out: int
    metrics: list[ComparedMetric]
    mcnemar: McNemar
    verdict: str
    only_first: list[ComparedImage]
    only_second: list[ComparedImage]


@dataclass(frozen=True)
class _Truth:
    """Images with their classes of today [N]."""

    content_hashes: list[str]
    image_ids: list[int]
    labels: list[str]
    left_out: int = 0


@dataclass(frozen=True)
class _Side:
    """What one version says of them [N]."""

    guesses: list[str]
    confidence: NDArray[np.float32]
    right: NDArray[np.bool_]
    metrics: ModelMetrics


def compare_versions(storage: Storage, first: int, second: int) -> Comparison:
    """Judge two versions on the images that both were tested on.

    Raises:
        ModelNotFound: there is no such version.
        InvalidRequest: both are the same.
        NotComparable: they have no test images in common.
        BlobNotFound, ModelUnreadable: the answers of one are lost or damaged.
    """
    if first == second:
        raise InvalidRequest(f"Version {first} was given twice. Choose two versions to compare.")
    registry = ModelRegistry(storage.database)
    models = registry.get(first), registry.get(second)
    answers = _answers(storage, models[0]), _answers(storage, models[1])
    names = models[0].row.class_names, models[1].row.class_names
    everything = _truth(storage, answers[0], answers[1])
    truth = _of_classes(everything, {*names[0]} & {*names[1]})
    if everything.labels and not truth.labels:
        raise NotComparable(
            f"Versions {first} and {second} know no class in common of which there are test "
            f"pictures: version {first} knows {some_names(names[0])}, version {second} "
            f"{some_names(names[1])}."
        )
    if not truth.labels:
        raise NotComparable(
            f"Versions {first} and {second} have no test pictures in common. Run `tellapart "
            f"evaluate {first}` and `tellapart evaluate {second}`: then both know the current ones."
        )
    only = [_without(names[0], names[1]), _without(names[1], names[0])]
    a = _side(answers[0], names[0], truth, names[1])
    b = _side(answers[1], names[1], truth, names[0])
    test = mcnemar(a.right, b.right)
    return Comparison(
        versions=(first, second),
        images=len(truth.labels),
        only_known_to=(only[0], only[1]),
        left_out=truth.left_out,
        metrics=[
            ComparedMetric(name, values, higher)
            for name, higher in _METRICS.items()
            if None not in (values := (getattr(a.metrics, name), getattr(b.metrics, name)))
        ],
        mcnemar=test,
        verdict=_difference((first, second), (only[0], only[1]), truth.left_out)
        + test.verdict(f"Version {first}", f"Version {second}"),
        only_first=_images(truth, a, b, a.right & ~b.right, b.confidence),
        only_second=_images(truth, a, b, b.right & ~a.right, a.confidence),
    )


def _without(names: Sequence[str], others: Sequence[str]) -> list[str]:
    return [name for name in names if name not in set(others)]


def _of_classes(truth: _Truth, names: AbstractSet[str]) -> _Truth:
    rows = [row for row, label in enumerate(truth.labels) if label in names]
    return _Truth(
        [truth.content_hashes[row] for row in rows],
        [truth.image_ids[row] for row in rows],
        [truth.labels[row] for row in rows],
        len(truth.labels) - len(rows),
    )


def _difference(versions: tuple[int, int], only: tuple[list[str], list[str]], left_out: int) -> str:
    """What is to be said before the verdict when the class lists differ."""
    known = [
        f"only version {version} knows {some_names(names)}"
        for version, names in zip(versions, only, strict=True)
        if names
    ]
    if not known:
        return ""
    return (
        f"The class lists differ: {', '.join(known)}. Compared on the classes that both know; "
        f"{left_out:,} pictures of others are left out. "
    )


def _answers(storage: Storage, model: RegisteredModel) -> Answers:
    try:
        return read_answers(storage.blobs, model)
    except NotFound as error:
        raise NotComparable(str(error)) from error


def _truth(storage: Storage, first: Answers, second: Answers) -> _Truth:
    theirs = set(second.content_hashes)
    shared = [name for name in first.content_hashes if name in theirs]
    with storage.database.reading() as session:
        states = states_by_hash(session, shared)
    truth = _Truth([], [], [])
    for name in shared:
        image_id, state = states.get(name, (0, None))
        if state is not None and state.label is not None and not state.excluded:
            truth.content_hashes.append(name)
            truth.image_ids.append(image_id)
            truth.labels.append(state.label)
    return truth


def _side(
    answers: Answers, class_names: Sequence[str], truth: _Truth, also: Sequence[str]
) -> _Side:
    rows = answers.rows()
    probabilities = answers.probabilities[[rows[name] for name in truth.content_hashes]]
    guesses = [class_names[best] for best in probabilities.argmax(axis=1)]
    return _Side(
        guesses,
        probabilities.max(axis=1),
        np.array(guesses) == np.array(truth.labels),
        judge(truth.labels, probabilities, class_names, also).metrics(),
    )


def _images(
    truth: _Truth,
    a: _Side,
    b: _Side,
    chosen: NDArray[np.bool_],
    by: NDArray[np.float32],
) -> list[ComparedImage]:
    rows = np.flatnonzero(chosen)
    return [
        ComparedImage(
            truth.image_ids[row],
            truth.labels[row],
            (a.guesses[row], b.guesses[row]),
            (float(a.confidence[row]), float(b.confidence[row])),
        )
        for row in rows[np.argsort(-by[rows], kind="stable")][:_SHOWN].tolist()
    ]
