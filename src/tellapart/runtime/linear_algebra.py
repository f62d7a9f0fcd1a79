"""How many threads a product of matrices takes."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep NumPy's products to one thread; also a decorator.

    Threads of BLAS wait for each other in every product. Beside a server, or other jobs, two of
    them took twice the processor time and twice the wall time of one. Without threadpoolctl, which
    comes with the extra `train`, nothing changes.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(1):
        yield
