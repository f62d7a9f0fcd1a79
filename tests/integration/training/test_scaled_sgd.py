"""Real Keras, against the formula."""

import numpy as np

from tellapart.features.keras_library import load_keras
from tellapart.training.scratch.scaled_sgd import scaled_sgd


def test_steps_follow_the_formula() -> None:
    keras = load_keras()
    variables = [keras.Variable(np.array([1.0, -2.0], np.float32)) for _ in range(2)]
    scales, momentum, decay, rate = (1.0, 4.0), 0.9, 0.1, 0.05
    optimizer = scaled_sgd(keras, scales, momentum=momentum, decay=decay)
    optimizer.build(variables)
    optimizer.learning_rate.assign(rate)
    expected = [np.array([1.0, -2.0]) for _ in scales]
    velocities = [np.zeros(2) for _ in scales]
    for step in range(3):
        gradients = [np.array([0.5, step], np.float32) for _ in scales]
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in gradients])
        for number, scale in enumerate(scales):
            total = gradients[number] + decay / scale * expected[number]
            velocities[number] = momentum * velocities[number] + total
            expected[number] = expected[number] - rate * scale * (
                total + momentum * velocities[number]
            )
    for variable, value in zip(variables, expected, strict=True):
        assert np.allclose(np.asarray(variable), value, atol=1e-5)
