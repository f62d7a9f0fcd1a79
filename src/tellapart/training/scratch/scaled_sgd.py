"""Stochastic gradient descent with Nesterov momentum and a learning rate for each variable."""

from collections.abc import Sequence
from typing import Any


def scaled_sgd(keras: Any, scales: Sequence[float], *, momentum: float, decay: float) -> Any:
    """A Keras optimizer for any backend.

    Args:
        keras: the module.
        scales: for each trained variable, what the learning rate is multiplied by.
        momentum: share of the last step that goes into the next.
        decay: weights shrink by this share of learning rate x weight at each step, all alike: it
            is not scaled.
    """
    operations = keras.ops

    class ScaledSGD(keras.optimizers.Optimizer):  # type: ignore[misc]
        def build(self, variables: Any) -> None:
            if not self.built:
                super().build(variables)
                self.momentums = self.add_optimizer_variables(variables, "momentum")

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            index = self._get_variable_index(variable)
            rate = operations.cast(learning_rate, variable.dtype) * scales[index]
            gradient = operations.cast(gradient, variable.dtype)
            gradient = operations.add(
                gradient, operations.multiply(variable, decay / scales[index])
            )
            velocity = self.momentums[index]
            self.assign(velocity, momentum * operations.convert_to_tensor(velocity) + gradient)
            step = gradient + momentum * operations.convert_to_tensor(velocity)
            self.assign_sub(variable, rate * step)

    return ScaledSGD(learning_rate=0.0)
