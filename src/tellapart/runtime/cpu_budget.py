"""How many processor cores this process may really use, and what they can do."""

import math
import os
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_PROCESSOR = Path("/proc/cpuinfo")


def usable_cores() -> int:
    """Cores by the scheduler's affinity and by the cgroup's quota (rounded up), at least 1.

    In a container `os.cpu_count()` tells the cores of the machine; threads beyond the quota only
    wait for each other.
    """
    cores = len(os.sched_getaffinity(0))
    quota = cgroup_quota(_CGROUPS, _MEMBERSHIP)
    return max(1, cores if quota is None else min(cores, math.ceil(quota)))


def has_bfloat16(processor: Path = _PROCESSOR) -> bool:
    """Whether the processor multiplies bfloat16 numbers faster than float32 ones.

    Args:
        processor: /proc/cpuinfo, lines of "name : value".
    """
    lines = (line for line in _read(processor).splitlines() if line.startswith("flags"))
    return bool({"avx512_bf16", "amx_bf16"} & set(next(lines, "").split()))


def cgroup_quota(cgroups: Path, membership: Path) -> float | None:
    """The smallest quota, in cores, of this process's cgroup and its parents; None without one.

    Args:
        cgroups: where cgroups are mounted, /sys/fs/cgroup.
        membership: /proc/self/cgroup, lines of "id:controllers:path".
    """
    quotas = [
        quota
        for folder in _cgroup_folders(cgroups, membership)
        if (quota := _version_2_quota(folder) or _version_1_quota(folder)) is not None
    ]
    return min(quotas, default=None)


def _cgroup_folders(cgroups: Path, membership: Path) -> list[Path]:
    folders: list[Path] = []
    for line in _read(membership).splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            roots = [cgroups, cgroups / "unified"]
        elif "cpu" in controllers.split(","):
            roots = [cgroups / "cpu", cgroups / controllers]
        else:
            continue
        inner = Path(path.lstrip("/"))
        # In a container the path may be the host's, not to be found here: the parents still are.
        folders += [root / part for root in roots for part in (inner, *inner.parents)]
    return folders


def _version_2_quota(folder: Path) -> float | None:
    quota, _, period = _read(folder / "cpu.max").partition(" ")
    return _cores(quota, period)


def _version_1_quota(folder: Path) -> float | None:
    return _cores(_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us"))


def _cores(quota: str, period: str) -> float | None:
    # "max" and -1 mean: no limit.
    try:
        cores = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return None
    return cores if cores > 0 else None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
