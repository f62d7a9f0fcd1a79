"""The notebook runs from its first cell to its last."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.asynchronous import run_async

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "image_classification_pipeline.ipynb"
# A quarter of the digits shows all of it, and so does a network that knows them less well.
FEWER = """
from itertools import islice
from tellapart.intake.sources import builtin

every_digit = builtin._digits
builtin._digits = lambda: islice(every_digit(), 400)
"""
EPOCHS, FEWER_EPOCHS = "epochs=6", "epochs=2"


@pytest.mark.slow("trains two models in a process of its own, one of them with Keras")
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    text = NOTEBOOK.read_text()
    assert text.count(EPOCHS) == 1
    notebook = nbformat.reads(text.replace(EPOCHS, FEWER_EPOCHS), as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FEWER))  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=280, resources={"metadata": {"path": tmp_path}})
    run_async(client.async_execute())
    assert "400 pictures" in str(notebook.cells)
    drawn = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(drawn) >= 7
