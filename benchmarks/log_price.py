"""What the log of predictions costs: predictions a second with it and without it, in turn.

Clients without a pause ask one server; the data set is made up, so that nothing has to be fetched.
The goal is less than 3%.

    python benchmarks/log_price.py [--seconds 10] [--rounds 5]
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
import urllib.request
from io import BytesIO
from pathlib import Path
from typing import Any

from measure import TELLAPART, free_port, running, save, tellapart
from PIL import Image

CLIENTS = 4
_PNG = {"Content-Type": "image/png"}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    os.environ["TELLAPART_CHECK_AFTER_IMPORT"] = "false"  # its job would take the cores
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        tellapart(workspace, "import", "builtin:digits")
        tellapart(workspace, "train", "--recipe", "probe")
        # In turn, and each first as often as the other: a slow moment meets both.
        rates: dict[bool, list[float]] = {True: [], False: []}
        for number in range(chosen.rounds):
            for logged in (True, False) if number % 2 else (False, True):
                rates[logged].append(rate(workspace, chosen.seconds, logged=logged))
    prices = [
        1 - with_log / without for with_log, without in zip(rates[True], rates[False], strict=True)
    ]
    save("log_price", {
        "clients": CLIENTS,
        "rounds": chosen.rounds,
        "predictions_per_s_with_log": round(statistics.median(rates[True]), 1),
        "predictions_per_s_without_log": round(statistics.median(rates[False]), 1),
        "price_percent_median": round(100 * statistics.median(prices), 2),
        "price_percent_worst": round(100 * max(prices), 2),
    })  # fmt: skip


def rate(workspace: Path, seconds: float, *, logged: bool) -> float:
    """Predictions a second."""
    os.environ["TELLAPART_PREDICTION_LOG"] = str(logged)
    port = free_port()
    command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/readyz"):
        ask(port, 1)
        return ask(port, seconds)


def ask(port: int, seconds: float) -> float:
    """Predictions a second of some clients, for some time."""
    body, counts = image(), [0] * CLIENTS
    ends = time.perf_counter() + seconds

    def client(number: int) -> None:
        while time.perf_counter() < ends:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/api/predict", body, _PNG)
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - likewise
                answer.read()
            counts[number] += 1

    clients: list[Any] = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sum(counts) / (time.perf_counter() - began)


def image() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
