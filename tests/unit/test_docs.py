"""The documents: their links lead somewhere, their commands exist, their snippets run."""

import re
import runpy
import shlex
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from tellapart.cli.app import app

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = sorted(
    {
        line.split("#")[0].strip()
        for page in PAGES
        for block in re.findall(r"```(?:\w*)\n(.*?)```", page.read_text(), re.DOTALL)
        for line in block.splitlines()
        if line.startswith("tellapart ")
    }
)


def name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (document.parent / link).exists()] == []


@cache
def commands() -> Any:
    return typer.main.get_command(app)


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_exist(line: str) -> None:
    command = commands()
    known = {option for parameter in command.params for option in parameter.opts}
    words = shlex.split(line)[1:]
    for word in [word for word in words if not word.startswith("-")]:
        command = getattr(command, "commands", {}).get(word, command)
    assert not hasattr(command, "commands"), f"{line!r} names no command"
    known |= {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("script", ["generate_reference.py", "generate_openapi.py"])
def test_generated_documents_are_up_to_date(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [script, "--check"])
    runpy.run_path(str(ROOT / "scripts" / script), run_name="__main__")
