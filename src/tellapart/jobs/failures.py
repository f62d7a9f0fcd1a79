"""Why work ended early, in the words that people are shown."""

from tellapart.errors import JobError, TellapartError
from tellapart.store.outages import outage_of

INTERNAL_ERROR = "internal_error"


def failure(error: Exception) -> tuple[str, str]:
    """The code of an error, `INTERNAL_ERROR` if it is unexpected, and a sentence about it."""
    known = outage_of(error) or error
    if isinstance(known, TellapartError):
        return known.code, str(known)
    if is_out_of_memory(error):
        return "out_of_memory", "Memory ran out. Close other programs, retry."
    if isinstance(error, OSError):
        return "io_error", f"Reading or writing failed: {error}."
    kind = type(error).__name__
    return INTERNAL_ERROR, f"An unexpected error stopped the job: {kind}: {error}"


def error_of(code: str | None, detail: str | None) -> TellapartError:
    """The error that `failure` has described; a `JobError` where it was none of ours."""
    kinds: list[type[TellapartError]] = [TellapartError]
    for kind in kinds:
        if kind.code == code:
            return kind(detail or kind.title)
        kinds.extend(kind.__subclasses__())
    return JobError(detail or "The job failed.")


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error, of Python or of a library that computes, says that memory ran out."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    # PyTorch and JAX raise a RuntimeError, ONNX Runtime one of its own.
    text = str(error).lower()
    return (isinstance(error, RuntimeError) or "onnxruntime" in type(error).__module__) and any(
        words in text
        for words in ("out of memory", "allocate memory", "resource_exhausted", "bad_alloc")
    )
