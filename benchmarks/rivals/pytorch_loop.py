"""A plain PyTorch loop, float32, over the network of `scratch`; prints images a second.

python pytorch_loop.py WIDTH BATCH_SIZE STEPS
"""

import sys
import time

import torch
from torch import nn

SIDE_PX, CLASSES = 32, 10


def block(before: int, channels: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, channels, 3, padding=1, bias=False), nn.MaxPool2d(2),
        nn.BatchNorm2d(channels), nn.SiLU(),
        nn.Conv2d(channels, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels), nn.SiLU(),
    ]  # fmt: skip


def main() -> None:
    width, batch_size, steps = (int(word) for word in sys.argv[1:])
    network = nn.Sequential(
        nn.Conv2d(3, 24, 2), nn.SiLU(),
        *block(24, width), *block(width, 4 * width), *block(4 * width, 4 * width),
        nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(4 * width, CLASSES, bias=False),
    )  # fmt: skip
    network[0].weight.requires_grad = False
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.85, nesterov=True)
    loss = nn.CrossEntropyLoss(label_smoothing=0.2)
    images = torch.randn(batch_size, 3, SIDE_PX, SIDE_PX)
    classes = torch.randint(0, CLASSES, (batch_size,))
    for step in range(steps + 1):
        if step == 1:
            began = time.perf_counter()
        optimizer.zero_grad()
        loss(network(images), classes).backward()
        optimizer.step()
    print(f"{steps * batch_size / (time.perf_counter() - began):.1f}")


if __name__ == "__main__":
    main()
