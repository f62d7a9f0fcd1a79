"""The part of a backbone's graph that a head uses: the rest is not computed in service."""

import onnx

from tellapart.features.backbones.catalogue import Backbone
from tellapart.features.backbones.efficientnet_lite0.layers import POOLED, POOLED_MAP


def used_part(backbone: Backbone, columns: int) -> tuple[onnx.ModelProto, list[str]]:
    """The graph of a backbone without what only other columns need.

    Args:
        backbone: the network.
        columns: how many of its numbers are used, the first of them.

    Returns:
        The graph, without outputs; and the tensors that, side by side, are the columns.
    """
    model = onnx.load(backbone.model_path)
    used = [model.graph.output[0].name]
    if columns > backbone.dimension:
        used.append(POOLED)
        for node in model.graph.node:
            if node.output[0] == POOLED_MAP:
                del node.input[backbone.pools_within(columns) :]
    del model.graph.output[:]
    _prune(model.graph, set(used))
    return model, used


def _prune(graph: onnx.GraphProto, needed: set[str]) -> None:
    """Leave the nodes and constants that the needed tensors depend on."""
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    constants = [array for array in graph.initializer if array.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)
