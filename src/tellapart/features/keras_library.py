"""Keras and its backend, loaded without their noise."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from tellapart.errors import MissingDependency
from tellapart.features.keras_backend import keras_backend, missing_libraries
from tellapart.jobs.contracts import KerasFormat
from tellapart.runtime.cpu_budget import has_bfloat16, usable_cores

_NOISY_LOGGERS = ("absl", "tensorflow", "tf2onnx")
# Keras and TensorFlow load these where they are installed, for parts that are not used here: a
# third of all that loading takes.
_NOT_NEEDED = ("sklearn", "jax", "matplotlib", "IPython")


def load_keras() -> Any:
    """The module `keras`. The first call loads its backend, which takes seconds.

    Raises:
        MissingDependency: Keras or TensorFlow is not installed.
    """
    if missing := missing_libraries():
        raise MissingDependency(
            f"Training from scratch and .keras or .h5 files need {', '.join(missing)}. "
            "Install with: pip install 'tellapart[keras]'"
        )
    # TensorFlow knows the machine's cores, not the container's share of them.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(usable_cores()))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow leaves these kernels out where it does not know the processor: without them
    # `scratch` trains at two thirds of the speed.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with quiet(), _absent(*(name for name in _NOT_NEEDED if name != keras_backend())):
        import keras

        if keras_backend() == "tensorflow":
            # Keras loads it piece by piece at first use; here its remarks are still caught.
            import tensorflow  # noqa: F401, ICN001
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    return keras


def training_policy(keras: Any) -> str:
    """The policy to train under: bfloat16 where the processor computes in it, else float32.

    Weights are float32 in both. Only for TensorFlow: its kernels for the CPU use the instructions.
    """
    fast = keras.backend.backend() == "tensorflow" and has_bfloat16()
    return "mixed_bfloat16" if fast else "float32"


@contextmanager
def dtype_policy(keras: Any, name: str) -> Iterator[None]:
    """Layers that are made within the block compute under this policy."""
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(kept)


def save_model(model: Any, path: Path, format: KerasFormat) -> None:  # noqa: A002
    """Write a Keras model; the format does not depend on how `path` ends."""
    with TemporaryDirectory(dir=path.parent) as folder, quiet():
        # Keras goes by the suffix.
        draft = Path(folder) / f"model.{format}"
        model.save(draft)
        draft.replace(path)


@contextmanager
def _absent(*names: str) -> Iterator[None]:
    """Within the block, packages that are not loaded yet seem not to be installed."""
    absent = [name for name in names if name not in sys.modules]
    for name in absent:
        # For Python this says "not there".
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the remarks of these libraries, which know no log level, off stdout and stderr.

    They are shown after all when the body fails. It works on the whole process, so the body must be
    short, and none of it our own.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    with TemporaryFile() as noise:
        try:
            for number in kept:
                os.dup2(noise.fileno(), number)
            with warnings.catch_warnings():
                # Of what is out of date inside these libraries; not for us to act on.
                warnings.simplefilter("ignore")
                yield
        except BaseException:
            noise.seek(0)
            os.write(kept[2], noise.read()[-4000:])
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
