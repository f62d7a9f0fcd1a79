"""Writes the annotated file tree into README.md, from what each file says of itself.

With `--check`, only tells whether it is up to date.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FENCE = "```"
HEADING = "## The tree\n"

# What cannot say it itself. A folder that ends with `/` is shown as one line.
NOTES = {
    ".ci/run": "what continuous integration runs",
    ".github/": "the same, on GitHub",
    ".pre-commit-config.yaml": "quick checks at each commit",
    "CHANGELOG.md": "what changed",
    "CONTRIBUTING.md": "how to work on it",
    "LICENSE": "Apache 2.0",
    "Makefile": "install, demo, test, check, bench",
    "README.md": "this page",
    "pyproject.toml": "the package, its extras, and the settings of all tools",
    "requirements.lock": "the exact Python packages, with hashes",
    "benchmarks/results/": "the figures of the last run, as JSON",
    "docs/benchmarks.md": "measured figures, with machine and command",
    "docs/concepts/": "how it works",
    "docs/decisions/": "choices and their reasons",
    "docs/guides/": "a page for each task",
    "docs/images/": "pictures of the page, made by a script",
    "docs/reference/": "commands, routes, settings, errors; generated",
    "notebooks/": "the life of a classifier, step by step; run by a test",
    "scripts/install_chromium.sh": "a browser for the tests, the way the machine allows",
    "scripts/install_python.sh": "the locked packages, into .venv",
    "scripts/npm.sh": "npm, by the machine's Node or by one from PyPI",
    "src/tellapart/py.typed": "the package has types",
    "src/tellapart/store/migrations/": "how the tables came to be (Alembic)",
    "tests/e2e/": "stories in a real Chromium",
    "tests/integration/": "real servers, real workers, bad input, kill -9",
    "tests/unit/": "mirrors src",
    "web/openapi.json": "the API, from which the client is generated",
    "web/src/api/": "the generated client",
    "web/src/app/": "one folder a page; pages only compose",
    "web/src/components/": "primitives, charts and the frame",
    "web/src/hooks/": "keyboard and clock",
    "web/src/lib/": "formats, class colours",
    "web/": "settings of Next.js, TypeScript, Tailwind, Biome and Vitest",
}
HIDDEN = (".gitignore",)  # and each __init__.py, which speaks for its folder


def main() -> None:
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEADING)
    _, _, tail = rest.partition(FENCE)[2].partition(FENCE)
    lines = "\n".join(tree())
    fresh = f"{before}{HEADING}\n{FENCE}\n{lines}\n{FENCE}{tail}"
    if "--check" not in sys.argv:
        README.write_text(fresh, encoding="utf-8")
    elif text != fresh:
        sys.exit("The tree in README.md is out of date: run `make reference`.")


def tree() -> Iterator[str]:
    shown: set[str] = set()
    folder = Path()
    for path in tracked():
        entry = entry_of(path)
        if entry in shown or entry in HIDDEN or entry.endswith("__init__.py"):
            continue
        shown.add(entry)
        parent = Path(entry).parent
        if parent != folder:
            yield from headings(folder, parent)
            folder = parent
        indent = "  " * len(parent.parts)
        name = Path(entry).name + ("/" if entry.endswith("/") else "")
        yield f"{indent}{name:<{34 - len(indent)}}{note(entry)}"


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split("\n")
    # Files of a folder before its sub-folders, as a listing shows them.
    return sorted(filter(None, listed), key=lambda path: (Path(path).parent.parts, path))


def entry_of(path: str) -> str:
    """The line on which a file is shown: its own, or that of a folder with a note."""
    for parent in reversed(Path(path).parents):
        if f"{parent.as_posix()}/" in NOTES and parent.as_posix() != "web":
            return f"{parent.as_posix()}/"
    if path.startswith("web/src/features/"):
        return "/".join(path.split("/")[:4]) + "/"
    if path.startswith("web/") and path not in NOTES:
        return "web/"
    return path


def headings(old: Path, new: Path) -> Iterator[str]:
    for depth, part in enumerate(new.parts):
        if old.parts[: depth + 1] != new.parts[: depth + 1]:
            folder = Path(*new.parts[: depth + 1])
            indent = "  " * depth
            yield f"{indent}{part + '/':<{34 - len(indent)}}{room(folder)}".rstrip()


def room(folder: Path) -> str:
    start = ROOT / folder / "__init__.py"
    return first_sentence(start) if start.is_file() else ""


def note(entry: str) -> str:
    if entry in NOTES:
        return NOTES[entry]
    path = ROOT / entry
    if entry.startswith("web/src/features/"):
        return f"what the page does with {path.name}"
    if entry.endswith(".py"):
        return first_sentence(path)
    if path.is_file():
        first = next(
            (line for line in path.read_text().splitlines() if line[:2] in ("# ", "//")), ""
        )
        return first.lstrip("#/ ")
    return ""


def first_sentence(path: Path) -> str:
    document = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return document.split("\n", 1)[0].rstrip(".")


if __name__ == "__main__":
    main()
