import os
from pathlib import Path

import pytest

from tellapart.runtime import cpu_budget
from tellapart.runtime.cpu_budget import cgroup_quota, usable_cores


def write(root: Path, files: dict[str, str]) -> tuple[Path, Path]:
    """A cgroup file system, and the list of groups that this process is in."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content + "\n")
    return root / "cgroup", root / "self"


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"self": "0::/", "cgroup/cpu.max": "150000 100000"}, 1.5),
        ({"self": "0::/", "cgroup/cpu.max": "max 100000"}, None),
        ({"self": "0::/a/b", "cgroup/a/b/cpu.max": "max 1", "cgroup/a/cpu.max": "2 1"}, 2.0),
        ({"self": "0::/host/only", "cgroup/cpu.max": "300000 100000"}, 3.0),
        (
            {
                "self": "4:memory:/x\n3:cpu,cpuacct:/docker/1",
                "cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "50000",
                "cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000",
            },
            0.5,
        ),
        (
            {
                "self": "1:cpu:/",
                "cgroup/cpu/cpu.cfs_quota_us": "-1",
                "cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            None,
        ),
        ({"self": "0::/", "cgroup/cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_the_quota_is_found_in_both_versions(
    tmp_path: Path, files: dict[str, str], quota: float | None
) -> None:
    assert cgroup_quota(*write(tmp_path, files)) == quota


@pytest.mark.parametrize(
    ("cores", "quota", "usable"), [(8, None, 8), (8, 2.5, 3), (2, 16.0, 2), (4, 0.1, 1)]
)
def test_the_smaller_of_affinity_and_quota_counts(
    monkeypatch: pytest.MonkeyPatch, cores: int, quota: float | None, usable: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(cpu_budget, "cgroup_quota", lambda *_: quota)
    assert usable_cores() == usable


def test_this_machine_has_a_core() -> None:
    assert 1 <= usable_cores() <= len(os.sched_getaffinity(0))
