"""The state of a training on disk, so that one that was interrupted goes on where it was."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.jobs.progress import ProgressReporter
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.version import VERSION

Arrays = Sequence[NDArray[Any]]

_HASH_BYTES = 32


@dataclass(frozen=True)
class Checkpoint:
    """Groups of arrays by name, and facts as JSON values."""

    arrays: Mapping[str, Arrays]
    facts: Mapping[str, Any]


class Checkpoints:
    """The newest checkpoint of one training, in a file of its own."""

    def __init__(
        self, folder: Path, name: str, key: Mapping[str, Any], reporter: ProgressReporter
    ) -> None:
        """Keep checkpoints in `folder`.

        Args:
            folder: it is made when the first checkpoint is saved.
            name: of the recipe.
            key: what the training follows from, as JSON values: data, options, versions. A
                checkpoint of another key is not used.
            reporter: told what cannot be read or written.
        """
        self._path = folder / f"{name}.checkpoint"
        self._key = blake3(json.dumps(key, sort_keys=True, default=str).encode()).hexdigest()
        self._reporter = reporter
        self._failed = False

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint; a full disk is told once, and does not stop the training."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write(_pack(checkpoint, self._key))
        except OSError as error:
            if not self._failed:
                self._failed = True
                self._reporter.log(
                    f"The checkpoint cannot be saved: {error.strerror or error}. The training goes "
                    "on; if it is interrupted, it starts from its last checkpoint or anew."
                )

    def load(self) -> Checkpoint | None:
        """The checkpoint, when there is a sound one of this very training.

        Another one is renamed to end in `.unusable`, and told.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = f"cannot be read ({error.strerror or error})"
        else:
            try:
                return _unpack(data, self._key)
            except ValueError as error:
                reason = str(error)
        self._reporter.log(f"The checkpoint {reason}; it is set aside, the training starts anew.")
        try:
            self._path.replace(self._path.with_suffix(".unusable"))
        except OSError:
            self._path.unlink(missing_ok=True)
        return None

    def _write(self, data: bytes) -> None:
        draft = self._path.with_suffix(".draft")
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def training_checkpoints(
    keras: Any,
    recipe: str,
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> Checkpoints | None:
    """Where this very training keeps its state; None when it is to keep none.

    What is left of a time budget is not a part of it: the plan that was made by the clock is kept.
    """
    if context.checkpoints is None:
        return None
    data = blake3(repr(training_set.class_names).encode())
    for split, examples in sorted(training_set.splits.items()):
        data.update(f"{split} {len(examples)}".encode())
        data.update("".join(examples.content_hashes).encode() + examples.y.tobytes())
    key = {
        "data": data.hexdigest(),
        "options": asdict(replace(options, time_budget_s=None)),
        "versions": [VERSION, keras.version(), keras.backend.backend()],
    }
    return Checkpoints(context.checkpoints, recipe, key, reporter)


def _pack(checkpoint: Checkpoint, key: str) -> bytes:
    arrays = {
        f"{name}/{number}": array
        for name, group in checkpoint.arrays.items()
        for number, array in enumerate(group)
    }
    names = {name: len(group) for name, group in checkpoint.arrays.items()}
    facts = json.dumps({"key": key, "groups": names, "facts": checkpoint.facts}).encode()
    file = BytesIO()
    np.savez(file, allow_pickle=False, facts=np.frombuffer(facts, np.uint8), **arrays)
    data = file.getvalue()
    return blake3(data).digest() + data


def _unpack(data: bytes, key: str) -> Checkpoint:
    """The checkpoint in `data`; ValueError says what is wrong with it."""
    if blake3(data[_HASH_BYTES:]).digest() != data[:_HASH_BYTES]:
        raise ValueError("is damaged")
    with np.load(BytesIO(data[_HASH_BYTES:]), allow_pickle=False) as found:
        about = json.loads(found["facts"].tobytes())
        if about["key"] != key:
            raise ValueError("is of other data, options or versions")
        groups = {
            name: [found[f"{name}/{number}"] for number in range(count)]
            for name, count in about["groups"].items()
        }
    return Checkpoint(groups, about["facts"])
