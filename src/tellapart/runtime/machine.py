"""What a machine is, to be told beside what was measured on it."""

import os
import platform
from pathlib import Path

from pydantic import BaseModel

from tellapart.runtime.cpu_budget import usable_cores

_PROCESSOR = Path("/proc/cpuinfo")


class Machine(BaseModel):
    """The processor, the cores that may be used, and the memory; null where it is not told."""

    cpu: str
    cores: int
    memory_gb: float | None
    python: str


def this_machine() -> Machine:
    """The machine that this process runs on."""
    return Machine(
        cpu=_cpu(), cores=usable_cores(), memory_gb=_memory_gb(), python=platform.python_version()
    )


def _cpu() -> str:
    try:
        lines = _PROCESSOR.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1)
    except (OSError, ValueError):
        return None
