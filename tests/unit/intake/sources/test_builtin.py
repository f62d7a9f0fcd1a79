import sys
from collections import Counter

import numpy as np
import pytest

from tellapart.errors import MissingDependency
from tellapart.images.decode import decode
from tellapart.intake.sources import open_source
from tellapart.settings import Settings


def test_digits() -> None:
    from sklearn.datasets import load_digits  # takes a second, in each process that only collects

    with open_source("builtin:digits", Settings()) as source:
        items = list(source.items())
        assert source.total == len(items) == 1797
        assert not source.refused
        assert not source.skipped
    assert items[13].name == "digits/3/0013.png"
    assert Counter(item.label for item in items)["3"] == 183
    assert {item.split for item in items} == {None}
    assert len({item.read() for item in items}) == 1797
    array, header = decode(items[13].read(), max_pixels=64)
    assert header.format == "PNG"
    expected = load_digits().images[13] * 255 / 16
    assert np.abs(array - expected[:, :, None]).max() <= 0.5


def test_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingDependency, match=r"pip install 'tellapart\[train\]'"):
        open_source("builtin:digits", Settings())
