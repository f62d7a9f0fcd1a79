"""Which backend Keras has here, and what it lacks: found out without loading any of it."""

import importlib.util
import os

# Written down, since to ask Keras takes seconds; a test compares.
KERAS_BACKBONES = (
    *("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge"),
    *("DenseNet121", "DenseNet169", "DenseNet201"),
    *(f"EfficientNetB{number}" for number in range(8)),
    *(f"EfficientNetV2B{number}" for number in range(4)),
    *("EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S"),
    *("InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2"),
    *("MobileNetV3Large", "MobileNetV3Small", "NASNetLarge", "NASNetMobile"),
    *("ResNet50", "ResNet101", "ResNet152", "ResNet50V2", "ResNet101V2", "ResNet152V2"),
    *("VGG16", "VGG19", "Xception"),
)


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
