"""The only file that opens ONNX Runtime."""

import ctypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tellapart.errors import ModelUnreadable

# It is loaded by the first session, in 0.1 s: most commands and jobs, and a server without a model,
# need none.
if TYPE_CHECKING:
    import onnxruntime as ort

_ONLY_FATAL = 4


class InferenceSession:
    """A network that takes uint8 images. `run` may be called by several threads at once.

    It is set for a small machine that other work shares: threads do not spin while they wait,
    since a spinning thread takes the core that a decoder needs. On a CPU the fastest way through
    many images is one image a run in as many threads as there are cores, each on one core;
    that is also the leanest, since activations are kept for the largest batch ever run.
    """

    def __init__(self, model: bytes | Path, *, threads: int = 1) -> None:
        """Open a model.

        Args:
            model: the ONNX file, or its bytes.
            threads: how many cores one `run` uses.

        Raises:
            ModelUnreadable: it is damaged, or no ONNX.
        """
        import onnxruntime as ort

        # Nothing that is computed here leaves this machine. Builds for Linux send nothing anyway.
        ort.disable_telemetry_events()
        source = model if isinstance(model, bytes) else str(model)
        try:
            self._session = ort.InferenceSession(
                source, sess_options=_options(threads), providers=["CPUExecutionProvider"]
            )
        except _load_errors() as error:
            name = "The model" if isinstance(model, bytes) else f"The model {model.name}"
            raise ModelUnreadable(
                f"{name} cannot be opened as ONNX ({_first_line(error)}). "
                "The file may be damaged: go back to another version, or train again."
            ) from error
        _give_back_memory()
        entry = self._session.get_inputs()[0]
        self._only_what_is_asked = ort.RunOptions()
        self._only_what_is_asked.only_execute_path_to_fetches = True
        self._input_name: str = entry.name
        self.input_shape = _shape(entry)
        self.output_shapes = {value.name: _shape(value) for value in self._session.get_outputs()}
        self._outputs = list(self.output_shapes)
        self.metadata: Mapping[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    def run(
        self, images: NDArray[np.uint8], outputs: Sequence[str] | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """Outputs by name, all or those asked for, of images uint8 [N, H, W, 3].

        What only the other outputs need is not computed.
        """
        names = self._outputs if outputs is None else list(outputs)
        results = self._session.run(names, {self._input_name: images}, self._only_what_is_asked)
        return dict(zip(names, results, strict=True))


def _load_errors() -> tuple[type[Exception], ...]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoModel,
        state.NotFound,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    )


def _shape(value: "ort.NodeArg") -> tuple[int | None, ...]:
    # A side that is open, such as the batch, has a name instead of a number.
    return tuple(side if isinstance(side, int) else None for side in value.shape)


def _options(threads: int) -> "ort.SessionOptions":
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ONLY_FATAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without the arena each thread's malloc keeps its own pages: 200 MB where 120 MB are enough.
    options.enable_cpu_mem_arena = True
    return options


def _give_back_memory() -> None:
    # Loading leaves a copy's worth of freed memory, which glibc would keep: 20 MB of a photo model.
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
