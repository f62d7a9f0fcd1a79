"""A backbone in two parts: what lies below a cut is computed once, what lies above learns on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.features.backbones.efficientnet_lite0 import keras_builder
from tellapart.features.backbones.efficientnet_lite0.weights import load_weights
from tellapart.features.backbones.keras_applications import load_network
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.package.keras_network import LOGITS, normalise
from tellapart.training.probe.logistic_head import LogisticHead

# Of the backbone's weights, this share may learn at most, and must learn at least.
_MOST, _LEAST = 0.8, 0.1


@dataclass(frozen=True)
class SplitNetwork:
    """The networks of one training, made of a backbone and a head.

    Attributes:
        keras: the module.
        backbone: a name of the catalogue, with the file of its weights where it has one.
        spec: how images are prepared for it.
    """

    keras: Any
    backbone: str
    spec: PreprocessingSpec

    @cached_property
    def network(self) -> Any:
        """From images to embeddings; its layers are those of all the others.

        Raises:
            BackboneUnavailable: it cannot be had as a Keras network.
        """
        if self.backbone == BUILT_IN_BACKBONE:
            return keras_builder.build(self.keras, load_weights(), self.spec.width_px)
        name, _, file = self.backbone.partition(":")
        return load_network(self.keras, name, Path(file) if file else None, self.spec.width_px)

    @property
    def _normalised(self) -> Any:
        """The tensor at which images are normalised: the built-in network does that itself."""
        if self.backbone == BUILT_IN_BACKBONE:
            return self.network.get_layer("normalise").output
        return self.network.input

    def cuts(self) -> list[str]:
        """The layers that it can be cut behind, low to high: by name."""
        total = self.network.count_params()
        return [
            layer.name
            for layer, above in _single_file(self.network)
            if _LEAST * total <= above <= _MOST * total
        ]

    def size(self, cut: str) -> int:
        """How many numbers the features of one image are."""
        return int(np.prod(self.network.get_layer(cut).output.shape[1:]))

    def bottom(self, cut: str) -> Any:
        """From images uint8 to the features at the cut."""
        images, normalised = normalise(self.keras, self.spec)
        below = self.keras.Model(self._normalised, self.network.get_layer(cut).output)
        return self.keras.Model(images, below(normalised), name="bottom")

    def upper(self, cut: str) -> Any:
        """From the features at the cut to embeddings."""
        return self.keras.Model(self.network.get_layer(cut).output, self.network.output)

    def top(self, cut: str, head: LogisticHead) -> Any:
        """From the features at the cut to logits; it answers as the head does."""
        values = [head.weights, head.bias]
        return self._with_head(self.network.get_layer(cut).output, values, "top")

    def whole(self, top: Any) -> Any:
        """From normalised images to logits, with what `top` has learned."""
        return self._with_head(self._normalised, top.get_layer(LOGITS).get_weights(), "network")

    def _with_head(self, source: Any, values: Sequence[NDArray[Any]], name: str) -> Any:
        body = self.keras.Model(source, self.network.output, name="body")
        inputs = self.keras.Input(source.shape[1:], name="inputs")
        head = self.keras.layers.Dense(values[0].shape[1], name=LOGITS)
        model = self.keras.Model(inputs, head(body(inputs)), name=name)
        head.set_weights(values)
        return model


def _single_file(network: Any) -> Iterator[tuple[Any, int]]:
    """The layers whose output alone is what all later ones work on, and the weights of those."""
    operations = network.operations
    last_use: dict[int, int] = {}
    for place, operation in enumerate(operations):
        for tensor in _listed(operation.input) if place else []:
            last_use[id(tensor)] = place
    above = network.count_params()
    reach = 0
    for place, operation in enumerate(operations):
        above -= sum(int(np.prod(weight.shape)) for weight in getattr(operation, "weights", []))
        outputs = _listed(operation.output)
        # What was made before is not used any more by what comes later.
        if reach <= place and len(outputs) == 1 and hasattr(operation, "weights"):
            yield operation, above
        reach = max([reach, *(last_use.get(id(tensor), 0) for tensor in outputs)])


def _listed(tensors: Any) -> list[Any]:
    return list(tensors) if isinstance(tensors, list | tuple) else [tensors]
