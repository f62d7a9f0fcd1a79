"""How many threads a product of matrices takes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep NumPy's products to one thread; also a decorator.

    Threads of BLAS wait for each other in every product. Beside a server, or other jobs, two of
    them took twice the processor time and twice the wall time of one. Without threadpoolctl, which
    comes with the extra `train`, nothing changes.
    """
    controller = _controller(with_sklearn="sklearn" in sys.modules)
    if controller is None:
        yield
        return
    with controller.limit(limits=1):
        yield


@cache
def _controller(*, with_sklearn: bool) -> Any:  # noqa: ARG001 - which brings libraries of its own
    """What limits the libraries that are loaded; None without threadpoolctl.

    To find them reads the list of all files that are mapped: as long as a product of small ones.
    """
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController()
