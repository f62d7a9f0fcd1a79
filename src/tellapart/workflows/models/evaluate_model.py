"""Judge a model version: on the test images of the data set, or on images from elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.versions import current_version, labeled_images
from tellapart.errors import DatasetError, InvalidImage, NotEnoughData
from tellapart.evaluation.comparison import judge, some_names
from tellapart.images.decode import decode_image
from tellapart.images.preprocessing import prepare
from tellapart.images.thumbnails import thumbnail
from tellapart.intake.sources import Source, SourceItem, open_source
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.format import OUTPUT, ModelPackage, read_package
from tellapart.registry.versions import ModelRegistry, RegisteredModel
from tellapart.reports.evaluation_report import Evaluation, ShownMistake
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession
from tellapart.store.blobs import content_hash
from tellapart.store.database import chunks
from tellapart.store.storage import Storage
from tellapart.workflows.serving.predict_images import answer_images
from tellapart.workflows.training.load_training_set import load_training_set

_SHOWN_MISTAKES = 48
_THUMBNAIL_PX = 160
_IMAGES_AT_ONCE = 256


@dataclass(frozen=True)
class _Answered:
    """Images with their classes and what the version says of each, float32 [K]."""

    labels: list[str]
    probabilities: NDArray[np.float32]
    read: Callable[[int], bytes]


def evaluate_model(storage: Storage, version: int) -> Evaluation:
    """A version on the current test split.

    Raises:
        ModelNotFound: there is no such version.
        DatasetError: nothing has been imported.
        NotEnoughData: the test split is empty.
    """
    model = ModelRegistry(storage.database).get(version)
    number, data = load_training_set(storage)
    test = data.splits["test"]
    if len(test) == 0:
        raise NotEnoughData(
            "The test split is empty, so there is nothing to judge by. Move some pictures of each "
            "class to test (Data, choose pictures, Move to), or import others with `--split test`."
        )
    labels = [data.class_names[number] for number in test.y]
    probabilities = answer_images(storage, model, test.content_hashes, labels, data.read)
    answered = _Answered(labels, probabilities, lambda row: data.read(test.content_hashes[row]))
    subject = f"the test pictures of version {number} of the data set"
    return _evaluation(storage, model, subject, answered)


def evaluate_source(
    storage: Storage, version: int, spec: str, reporter: ProgressReporter
) -> Evaluation:
    """A version on the labelled images of a source, which is not imported.

    Where the source has a test split, only that is used. Images that the version may have learned
    from are left out, and those that cannot be read; the reporter is told how many.

    Raises:
        ModelNotFound: there is no such version.
        SourceError: the source cannot be read, or no image of it has a class.
        DatasetError: the version knows none of its classes, or no image is left.
    """
    model = ModelRegistry(storage.database).get(version)
    with open_source(spec, storage.settings) as source:
        items = [item for item in source.items() if item.label is not None]
        chosen = [item for item in items if item.split == "test"] or items
        _check_classes(model, chosen)
        answered = _answer(storage, model, source, chosen, reporter)
        return _evaluation(storage, model, source.name, answered)


def _check_classes(model: RegisteredModel, items: Sequence[SourceItem]) -> None:
    found = sorted({str(item.label) for item in items})
    if not set(found) & set(model.row.class_names):
        raise DatasetError(
            f"Version {model.row.version} knows none of the classes there ({some_names(found)}); "
            f"it knows {some_names(model.row.class_names)}."
        )


def _answer(
    storage: Storage,
    model: RegisteredModel,
    source: Source,
    items: Sequence[SourceItem],
    reporter: ProgressReporter,
) -> _Answered:
    session = InferenceSession(storage.blobs.read_checked(model.served.content_hash))
    package = read_package(session)
    learned = _learned_from(storage)
    left_out: Counter[str] = Counter()
    kept: list[SourceItem] = []
    rows: list[NDArray[np.float32]] = []
    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="evaluate") as pool:
        for part in chunks(items, _IMAGES_AT_ONCE):
            reporter.check_cancelled()
            reporter.stage("Evaluating", len(kept) / len(items))
            answers = pool.map(
                lambda item: _probabilities(storage, session, package, learned, item), part
            )
            for item, answer in zip(part, answers, strict=True):
                if isinstance(answer, str):
                    left_out[answer] += 1
                else:
                    kept.append(item)
                    rows.append(answer)
    left_out["no usable picture"] += len(source.refused)
    for reason, count in left_out.items():
        if count:
            reporter.log(f"{count:,} left out: {reason}.")
    if not kept:
        raise NotEnoughData(
            f"No picture of {source.name} is left to evaluate on: "
            f"{', '.join(f'{count:,} {reason}' for reason, count in left_out.items() if count)}."
        )
    labels = [str(item.label) for item in kept]
    return _Answered(labels, np.array(rows), lambda row: kept[row].read())


def _probabilities(
    storage: Storage,
    session: InferenceSession,
    package: ModelPackage,
    learned: frozenset[str],
    item: SourceItem,
) -> NDArray[np.float32] | str:
    """What the version says, or why the image is left out."""
    try:
        data = item.read()
        if content_hash(data) in learned:
            return "in the training or validation split of the data set"
        pixels = prepare(data, package.spec, max_pixels=storage.settings.max_image_pixels)
    except InvalidImage:
        return "no usable picture"
    row: NDArray[np.float32] = session.run(pixels[None], (OUTPUT,))[OUTPUT][0]
    return row


def _learned_from(storage: Storage) -> frozenset[str]:
    with storage.database.reading() as session:
        images = labeled_images(session, current_version(session).id)
    return frozenset(image.content_hash for image in images if image.split != "test")


def _evaluation(
    storage: Storage, model: RegisteredModel, subject: str, answered: _Answered
) -> Evaluation:
    names = model.row.class_names
    return Evaluation(
        version=model.row.version,
        subject=subject,
        report=judge(answered.labels, answered.probabilities, names),
        unknown=sorted(set(answered.labels) - set(names)),
        mistakes=list(_mistakes(answered, names, storage.settings.max_image_pixels)),
    )


def _mistakes(answered: _Answered, names: Sequence[str], max_pixels: int) -> Iterator[ShownMistake]:
    guesses = [names[best] for best in answered.probabilities.argmax(axis=1)]
    confidence = answered.probabilities.max(axis=1)
    wrong = [row for row, label in enumerate(answered.labels) if guesses[row] != label]
    for row in sorted(wrong, key=lambda row: -float(confidence[row]))[:_SHOWN_MISTAKES]:
        image, _ = decode_image(answered.read(row), max_pixels=max_pixels)
        yield ShownMistake(
            answered.labels[row],
            guesses[row],
            float(confidence[row]),
            thumbnail(image, _THUMBNAIL_PX),
        )
