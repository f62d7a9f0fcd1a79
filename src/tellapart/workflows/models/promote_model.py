"""Put a new version into service, when it is better than the champion on the same images."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.evaluation.comparison import judge, some_names
from tellapart.evaluation.metrics import ClassificationReport
from tellapart.jobs.contracts import PromotionChoice
from tellapart.registry.promotion import Decision, decide
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.store.storage import Storage
from tellapart.store.tables import Promotion
from tellapart.workflows.serving.predict_images import answer_images

Model = TypeVar("Model")


def promote_by_hand(
    registry: ModelRegistry, version: int, reason: str, load: Callable[[int], Model]
) -> tuple[Promotion, Model]:
    """Put a version into service because somebody wants it; `load` tries it first.

    Raises:
        ModelNotFound, BlobNotFound, BlobDamaged, ModelUnreadable: it could not serve.
        PromotionRefused: it is champion already.
    """
    model = load(version)
    return registry.promote(version, reason or "Promoted by hand."), model


def roll_back(
    registry: ModelRegistry, reason: str, load: Callable[[int], Model]
) -> tuple[Promotion, Model | None]:
    """Put the champion before this one back into service; `load` tries it first.

    Raises:
        BlobNotFound, BlobDamaged, ModelUnreadable: it could not serve.
        PromotionRefused: there is no earlier one.
    """
    target = registry.rollback_target()
    model = None if target is None else load(target)
    return registry.rollback(reason or "Rolled back by hand."), model


def promote_if_better(
    storage: Storage,
    version: int,
    test_set: TrainingSet,
    choice: PromotionChoice,
    *,
    probabilities: NDArray[np.float32] | None = None,
) -> Decision:
    """Judge a version and the champion on the test images of `test_set`, and act on it.

    Calling it again for a version that was promoted changes nothing.

    Args:
        storage: the workspace.
        version: the new version.
        test_set: the images.
        choice: `always` and `never` skip the comparison.
        probabilities: what the new version says of the test images [N, K], where that is known.
    """
    registry = ModelRegistry(storage.database)
    champion = registry.alias(CHAMPION)
    if champion == version:
        return Decision(True, "It was promoted before the job was interrupted.")
    if choice == "always":
        decision = Decision(True, "Promoted as asked, without comparison.")
    elif choice == "never":
        decision = Decision(False, "Kept as challenger, as asked.")
    else:
        rival = None if champion is None else _score(storage, champion, test_set)
        decision = decide(_score(storage, version, test_set, probabilities), rival)
        if champion is not None:
            reason = decision.reason + _unknown(registry, version, champion, test_set)
            decision = replace(decision, reason=reason)
    if decision.promote:
        registry.promote(version, decision.reason)
    return decision


def _unknown(registry: ModelRegistry, version: int, champion: int, test_set: TrainingSet) -> str:
    """What is to be said where one of the two cannot be right, for want of a class."""
    test = Counter(test_set.class_names[number] for number in test_set.splits["test"].y)
    found = []
    for name, number in (("champion", champion), ("new version", version)):
        known = registry.get(number).row.class_names
        missing = [label for label in test if label not in known]
        if missing:
            count = sum(test[label] for label in missing)
            found.append(f"{count:,} are of what the {name} does not know ({some_names(missing)})")
    if not found:
        return ""
    return f" Of {test.total():,} test pictures, {', and '.join(found)}: they count as mistakes."


def _score(
    storage: Storage,
    version: int,
    test_set: TrainingSet,
    probabilities: NDArray[np.float32] | None = None,
) -> ClassificationReport:
    model = ModelRegistry(storage.database).get(version)
    test = test_set.splits["test"]
    labels = [test_set.class_names[number] for number in test.y]
    if probabilities is None:
        probabilities = answer_images(storage, model, test.content_hashes, labels, test_set.read)
    return judge(labels, probabilities, model.row.class_names)
