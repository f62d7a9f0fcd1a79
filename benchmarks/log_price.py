"""What the log of predictions costs: processor time of the server for a prediction.

Clients without a pause ask one server, so that this time is what limits its throughput; the digits
are built in, so that nothing has to be fetched. Predictions a second are told too, but move with
the machine by more than the goal, which is less than 3%.

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
LOG_INTERVAL_S = 2.5
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
        costs: dict[bool, list[float]] = {True: [], False: []}
        for number in range(chosen.rounds):
            for logged in (True, False) if number % 2 else (False, True):
                per_second, cost_ms = measured(workspace, chosen.seconds, logged=logged)
                rates[logged].append(per_second)
                costs[logged].append(cost_ms)
    with_log, without = (statistics.median(costs[logged]) for logged in (True, False))
    save("log_price", {
        "clients": CLIENTS,
        "rounds": chosen.rounds,
        "predictions_per_s_with_log": round(statistics.median(rates[True]), 1),
        "predictions_per_s_without_log": round(statistics.median(rates[False]), 1),
        "processor_ms_with_log": round(with_log, 2),
        "processor_ms_without_log": round(without, 2),
        "processor_ms_spread": round(max(costs[False]) - min(costs[False]), 2),
        "price_percent": round(100 * (with_log / without - 1), 2),
    })  # fmt: skip


def measured(workspace: Path, seconds: float, *, logged: bool) -> tuple[float, float]:
    """Predictions a second, and the server's processor time for each, in ms."""
    os.environ["TELLAPART_PREDICTION_LOG"] = str(logged)
    port = free_port()
    command = [TELLAPART, "-w", str(workspace), "serve", "--port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/readyz") as (pid, _):
        ask(port, 1)
        before = processor_s(pid)
        count, took_s = ask(port, seconds)
        time.sleep(LOG_INTERVAL_S)  # what waits is written
        return count / took_s, (processor_s(pid) - before) / count * 1000


def processor_s(pid: int) -> float:
    """What a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(port: int, seconds: float) -> tuple[int, float]:
    """Predictions of some clients, for some time; how many, and the seconds that they took."""
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
    return sum(counts), time.perf_counter() - began


def image() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
