import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from tellapart.runtime import linear_algebra
from tellapart.runtime.linear_algebra import one_blas_thread


def blas_threads() -> set[int]:
    # A product first, so that the library is there to be asked.
    assert (np.ones((2, 2)) @ np.ones((2, 2))).sum() == 8
    return {part["num_threads"] for part in threadpool_info() if part["user_api"] == "blas"}


def test_blas_has_one_thread_inside() -> None:
    before = blas_threads()
    with one_blas_thread():
        assert blas_threads() == {1}
    assert blas_threads() == before


def test_without_threadpoolctl_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_algebra, "_controller", linear_algebra._controller.__wrapped__)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    before = blas_threads()
    with one_blas_thread():
        assert blas_threads() == before
