"""Whether a model in int8 may serve in place of the one in float32."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tellapart.dataset.training_set import TrainingSet
from tellapart.errors import ParityError
from tellapart.package.export import check_onnx_parity
from tellapart.package.format import OUTPUT
from tellapart.package.trained import ExportableModel, Int8Verdict
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession

# Of the accuracy on validation.
MOST_LOST = 0.003
_LEAST_SPEEDUP = 1.3
# With fewer validation images a loss could not be seen; up to a few hundred, a single one is more
# than what may be lost, and says nothing.
_FEWEST_IMAGES = 50
_ROUNDS, _FEW_ROUNDS = 15, 4
# So far from what is asked, a few rounds settle it.
_CLEARLY = 1.15


def judge_speed(
    exact: InferenceSession, small: InferenceSession, images: int
) -> tuple[float, Int8Verdict | None]:
    """How many times as fast int8 is, and the verdict where that settles it.

    So nothing has to be answered in int8 on a processor that has no instructions for it.

    Args:
        exact: the package in float32.
        small: the same in int8.
        images: of the validation split.
    """
    speedup = measure_speedup(exact, small, _FEW_ROUNDS)
    if _LEAST_SPEEDUP / _CLEARLY < speedup < _LEAST_SPEEDUP * _CLEARLY:
        speedup = measure_speedup(exact, small)
    speedup = round(speedup, 2)
    if images < _FEWEST_IMAGES:
        reason = f"not kept, {images} validation pictures are too few to judge it by"
        return speedup, Int8Verdict(False, reason, speedup)
    if speedup < _LEAST_SPEEDUP:
        reason = f"not kept, it is hardly faster on this machine: {speedup:.1f} times as fast"
        return speedup, Int8Verdict(False, reason, speedup)
    return speedup, None


def judge_int8(
    exact: ExportableModel,
    small: ExportableModel,
    file: InferenceSession,
    speedup: float,
    training_set: TrainingSet,
    *,
    max_pixels: int,
) -> Int8Verdict:
    """Keep it when it is as accurate on validation; test is not looked at.

    Args:
        exact: the model in float32.
        small: the same in int8.
        file: the package of `small`.
        speedup: what `judge_speed` found.
        training_set: the images.
        max_pixels: larger images are refused.
    """
    y = training_set.splits["validation"].y
    accuracy, small_accuracy = (
        float((model.logits("validation").argmax(axis=1) == y).mean()) for model in (exact, small)
    )
    figures = f"{small_accuracy:.2%} right after {accuracy:.2%}, {speedup:.1f} times as fast"

    def verdict(kept: bool, reason: str) -> Int8Verdict:
        return Int8Verdict(kept, reason, speedup, accuracy, small_accuracy)

    if accuracy - small_accuracy > max(MOST_LOST, 1 / len(y)) + 1e-9:
        return verdict(False, f"not kept, it is less accurate on validation: {figures}")
    try:
        check_onnx_parity(file, small, training_set, max_pixels=max_pixels)
    except ParityError:
        return verdict(False, "not kept, its file does not answer as it did when it was judged")
    return verdict(True, f"kept, {figures} on validation")


def measure_speedup(slow: InferenceSession, fast: InferenceSession, rounds: int = _ROUNDS) -> float:
    """How many times as many images a second the second one answers, on all usable cores.

    Both in turn, an image a core, until each had its turns; of each the best counts. The clock is
    that of the processor: a session works in the thread that asks, and what else the machine does
    in the meantime is not counted.
    """
    cores = usable_cores()
    sides = [side or 1 for side in slow.input_shape]
    pixels = np.random.default_rng(0).integers(0, 256, sides, dtype=np.uint8)

    def seconds(session: InferenceSession) -> float:
        began = time.thread_time()
        session.run(pixels, [OUTPUT])
        return time.thread_time() - began

    best = [np.inf, np.inf]
    with ThreadPoolExecutor(cores, thread_name_prefix="race") as pool:
        for _ in range(rounds):
            for place, session in enumerate((slow, fast)):
                spent = sum(pool.map(seconds, [session] * cores))
                best[place] = min(best[place], spent)
    return best[0] / max(best[1], 1e-9)
