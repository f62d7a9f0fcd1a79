"""Runs the steps of the Dockerfile without a container engine, and starts what they make.

    sudo python scripts/try_image.py server
    sudo python scripts/try_image.py full --folder /var/tmp/tellapart-image

Each stage gets a root file system of its own: an overlay over a fresh Debian (debootstrap) for
`python:` images, over this machine's root for `node:` images. RUN lines are executed as they stand,
in a chroot. Then CMD is started as USER on a read-only root, until HEALTHCHECK succeeds. It needs
root, debootstrap, and a kernel with overlayfs. Sizes are those of what the stages add.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
READY_S = 60
# How packages are found where a machine has settings of its own for it.
PASSED_ON = ("PIP_", "UV_", "npm_", "NODE_", "SSL_", "http", "no_proxy")
MACHINE_FILES = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/ssl/certs/ca-certificates.crt",
)


@dataclass
class Stage:
    """One FROM and the steps below it."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("target", choices=["server", "full"])
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/tellapart-image"))  # noqa: S108
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        # All mounts end with this name space.
        command = [
            "unshare",
            "--mount",
            "--mount-proc",
            "--pid",
            "--fork",
            "--kill-child",
            sys.executable,
        ]
        sys.exit(subprocess.call([*command, *sys.argv, "--inside"]))
    stages = parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    options.folder.mkdir(parents=True, exist_ok=True)
    builder = Builder(stages, options.folder)
    began = time.monotonic()
    root = builder.build(options.target)
    built_s = time.monotonic() - began
    ready_s, memory_mb = builder.start(options.target, root)
    megabytes = builder.added_bytes(options.target) / 1e6
    print(f"{options.target}: built in {built_s:.0f} s, {megabytes:.0f} MB over the base image,")
    print(f"ready {ready_s:.1f} s after its start, {memory_mb:.0f} MB resident.")


def parse(text: str) -> dict[str, Stage]:
    """The stages of a Dockerfile, by name."""
    stages: dict[str, Stage] = {}
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = stages[name] = Stage(name, base)
        elif word:
            stage.steps.append((word, rest.strip()))
    return stages


class Builder:
    """Makes the root file system of a stage, and of those that it needs."""

    def __init__(self, stages: dict[str, Stage], folder: Path) -> None:
        self._stages = stages
        self._folder = folder
        self._roots: dict[str, Path] = {}
        self._environments: dict[str, dict[str, str]] = {}
        self._workdirs: dict[str, str] = {}

    def build(self, name: str) -> Path:
        if name in self._roots:
            return self._roots[name]
        stage = self._stages[name]
        lower = self._lower(stage.base)
        environment = dict(self._environments.get(stage.base, _environment()))
        self._workdirs[name] = self._workdirs.get(stage.base, "/")
        root = self._overlay(name, lower)
        self._roots[name], self._environments[name] = root, environment
        for word, rest in stage.steps:
            print(f"[{name}] {word} {rest[:110]}", flush=True)
            if word == "ENV":
                pairs = (pair.partition("=") for pair in shlex.split(rest))
                environment |= {k: v.replace("$PATH", environment["PATH"]) for k, _, v in pairs}
            elif word == "WORKDIR":
                self._workdirs[name] = rest
                (root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif word == "COPY":
                self._copy(name, rest)
            elif word == "RUN":
                self._run(name, rest)
        return root

    def start(self, name: str, root: Path) -> tuple[float, float]:
        """Seconds from the start of CMD until HEALTHCHECK succeeds, and resident megabytes."""
        steps = [*self._stages[self._stages[name].base].steps, *self._stages[name].steps]
        said = {word: rest for word, rest in steps if word in ("CMD", "HEALTHCHECK", "USER")}
        user, _, group = said["USER"].partition(":")
        _mount(["-t", "tmpfs", "tmpfs", str(root / "tmp")])
        _mount(["-t", "tmpfs", "-o", f"uid={user},gid={group}", "tmpfs", str(root / "data")])
        _mount(["-o", "remount,ro", str(root)])
        start = ["chroot", f"--userspec={user}:{group}", str(root)]
        # The key is what compose.yaml asks for: a container listens on all addresses.
        environment = self._environments[name] | {"TELLAPART_ADMIN_KEY": "k" * 40}
        check = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])
        began = time.monotonic()
        server = subprocess.Popen([*start, *json.loads(said["CMD"])], env=environment)
        try:
            while time.monotonic() - began < READY_S and server.poll() is None:
                tried = subprocess.run([*start, *check], check=False, env=environment, stderr=-3)
                if tried.returncode == 0:
                    return time.monotonic() - began, _resident_mb(server.pid)
                time.sleep(0.05)
        finally:
            server.terminate()
            server.wait()
        sys.exit(f"{name} was not ready within {READY_S} s.")

    def added_bytes(self, name: str) -> int:
        """What the stage and those that it is built from add to the image below them."""
        stage, total = self._stages[name], 0
        upper = self._folder / name / "upper"
        for path in upper.rglob("*"):
            if path.is_file() and not path.is_symlink():
                total += path.stat().st_size
        return total + (self.added_bytes(stage.base) if stage.base in self._stages else 0)

    def _lower(self, base: str) -> str:
        if base in self._stages:
            self.build(base)
            upper = self._folder / base / "upper"
            return f"{upper}:{self._lower(self._stages[base].base)}"
        return "/" if base.startswith("node:") else str(self._debian())

    def _debian(self) -> Path:
        root = self._folder / "debian"
        if not (root / "usr/bin/python3").exists():
            print("[debian] debootstrap", flush=True)
            packages = "python3,python3-venv,python3-pip,ca-certificates"
            make = ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm"]
            subprocess.run([*make, str(root)], check=True, stdout=subprocess.DEVNULL)
            # Like the python images, where pip installs for the system.
            (root / "usr/lib/python3.11/EXTERNALLY-MANAGED").unlink(missing_ok=True)
        for name in filter(os.path.exists, MACHINE_FILES):
            _copy(Path(name), root / name.lstrip("/"))
        return root

    def _overlay(self, name: str, lower: str) -> Path:
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)
        for part in ("upper", "work", "root"):
            (folder / part).mkdir(parents=True)
        layers = f"lowerdir={lower},upperdir={folder / 'upper'},workdir={folder / 'work'}"
        _mount(["-t", "overlay", "overlay", "-o", layers, str(folder / "root")])
        _mount(["-t", "proc", "proc", str(folder / "root" / "proc")])
        _mount(["--bind", "/dev", str(folder / "root" / "dev")])
        return folder / "root"

    def _copy(self, name: str, rest: str) -> None:
        words = shlex.split(rest)
        source = ROOT
        if words[0].startswith("--from="):
            source = self.build(words.pop(0).removeprefix("--from="))
        target = self._roots[name] / self._workdirs[name].lstrip("/")
        *sources, end = words
        target = self._roots[name] / end.lstrip("/") if end.startswith("/") else target / end
        for each in sources:
            path = source / each.lstrip("/")
            into = target / path.name if len(sources) > 1 or end.endswith("/") else target
            _copy(path, target if path.is_dir() else into)

    def _run(self, name: str, rest: str) -> None:
        root = self._roots[name]
        for mount in re.findall(r"--mount=(\S+)", rest):
            said = dict(pair.split("=") for pair in mount.split(","))
            source = self.build(said["from"]) / said["source"].lstrip("/")
            point = root / said["target"].lstrip("/")
            point.mkdir(parents=True, exist_ok=True)
            _mount(["--bind", str(source), str(point)])
        command = re.sub(r"--mount=\S+\s*", "", rest)
        inside = f"cd {self._workdirs[name]} && {command}"
        environment = self._environments[name]
        subprocess.run(["chroot", str(root), "sh", "-c", inside], env=environment, check=True)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    return kept | {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin", "HOME": "/root"}


def _mount(arguments: list[str]) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what .dockerignore leaves out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".next", "out", "static")
        built = ignored if source.is_relative_to(ROOT) else None
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=built)
    else:
        shutil.copy(source, target)


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    main()
