"""Which backend Keras has here, and what it lacks: found out without loading any of it."""

import importlib.util
import os


def keras_backend() -> str:
    """The name in `KERAS_BACKEND`; TensorFlow where nothing is said."""
    return os.environ.get("KERAS_BACKEND", "tensorflow")


def missing_libraries() -> list[str]:
    """What Keras needs, by the backend in `KERAS_BACKEND`, and is not installed."""
    wanted = ["keras", keras_backend(), "onnx"]
    # What is trained by JAX is exported through TensorFlow.
    exports = {"tensorflow": ["tf2onnx"], "jax": ["tensorflow", "tf2onnx"]}
    wanted += exports.get(keras_backend(), [])
    return [name for name in wanted if importlib.util.find_spec(name) is None]
