"""The code of the notebook runs from its first cell to its last."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tellapart.intake.sources import builtin
from tellapart.training.scratch import recipe

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "image_classification_pipeline.ipynb"
# A network that knows them less well shows all of it.
EPOCHS, FEWER_EPOCHS = "epochs=6", "epochs=2"


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The numbers of the figures that were shown; no window opens."""
    # Not at the top: it takes half a second, and each process of a run reads this file.
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    shown: list[int] = []

    def show() -> None:
        shown.extend(plt.get_fignums())
        plt.close("all")

    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", show)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield shown
    plt.close("all")


@pytest.mark.slow("trains two models, one of them with Keras")
def test_the_notebook_runs(
    drawn: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recipe, "NARROW", 4)
    every_digit = builtin._digits
    monkeypatch.setattr(builtin, "_digits", lambda: islice(every_digit(), 300))
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert sum(source.count(EPOCHS) for source in code) == 1
    names: dict[str, Any] = {}
    for source in code:
        exec(source.replace(EPOCHS, FEWER_EPOCHS), names)  # noqa: S102 - our own
    said = capsys.readouterr().out
    assert "300 pictures" in said
    assert "after the rollback: " in said
    assert len(drawn) >= 7
