"""Whether a model in int8 may serve in place of the one in float32."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tellapart.errors import ParityError
from tellapart.models.export import check_onnx_parity
from tellapart.models.package import OUTPUT
from tellapart.models.trained import ExportableModel
from tellapart.models.training_data import TrainingSet
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.runtime.session import InferenceSession

_MOST_LOST = 0.003
_LEAST_SPEEDUP = 1.3
# With fewer validation pictures a loss could not be seen; up to a few hundred, a single one is more
# than what may be lost, and says nothing.
_FEWEST_PICTURES = 50
_ROUNDS = 15


@dataclass(frozen=True)
class Int8Verdict:
    """What the trial found. Accuracies are those on validation."""

    kept: bool
    reason: str
    speedup: float
    accuracy_fp32: float
    accuracy_int8: float


def judge_int8(
    exact: tuple[ExportableModel, InferenceSession],
    small: tuple[ExportableModel, InferenceSession],
    training_set: TrainingSet,
    *,
    max_pixels: int,
) -> Int8Verdict:
    """Keep it when it is faster here, and as accurate on validation; test is not looked at.

    Args:
        exact: the model in float32, and its package, opened.
        small: the same in int8.
        training_set: the pictures.
        max_pixels: larger pictures are refused.
    """
    y = training_set.splits["validation"].y
    accuracy, small_accuracy = (
        float((model.logits("validation").argmax(axis=1) == y).mean()) if len(y) else 0.0
        for model in (exact[0], small[0])
    )
    speedup = round(measure_speedup(exact[1], small[1]), 2)
    figures = f"{small_accuracy:.2%} right after {accuracy:.2%}, {speedup:.1f} times as fast"

    def verdict(kept: bool, reason: str) -> Int8Verdict:
        return Int8Verdict(kept, reason, speedup, accuracy, small_accuracy)

    if len(y) < _FEWEST_PICTURES:
        return verdict(False, f"not kept, {len(y)} validation pictures are too few to judge it by")
    if accuracy - small_accuracy > max(_MOST_LOST, 1 / len(y)) + 1e-9:
        return verdict(False, f"not kept, it is less accurate on validation: {figures}")
    if speedup < _LEAST_SPEEDUP:
        return verdict(False, f"not kept, it is hardly faster on this machine: {figures}")
    try:
        check_onnx_parity(small[1], small[0], training_set, max_pixels=max_pixels)
    except ParityError:
        return verdict(False, "not kept, its file does not answer as it did when it was judged")
    return verdict(True, f"kept, {figures} on validation")


def measure_speedup(slow: InferenceSession, fast: InferenceSession) -> float:
    """How many times as many pictures a second the second one answers, on all usable cores.

    Both in turn, a picture a core, until each had its turns; of each the best counts. The clock is
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
        for _ in range(_ROUNDS):
            for place, session in enumerate((slow, fast)):
                spent = sum(pool.map(seconds, [session] * cores))
                best[place] = min(best[place], spent)
    return best[0] / max(best[1], 1e-9)
