"""Hot swap: the server follows the champion, whoever promoted it, without a gap."""

import threading

import structlog

from tellapart.errors import NoChampion, TellapartError
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.serving.engine import LoadedModel, PredictionEngine, load_model
from tellapart.store.storage import Storage

_log = structlog.get_logger()


class ChampionWatcher:
    """A thread that loads the champion beside the old one, warms it up and swaps it in."""

    def __init__(self, storage: Storage, engine: PredictionEngine) -> None:
        self._storage = storage
        self._registry = ModelRegistry(storage.database)
        self._engine = engine
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="champion-watcher", daemon=True)
        self.problem: str | None = None

    def start(self) -> None:
        """Load the champion, if there is one, and begin to follow it."""
        self._follow()
        self._thread.start()

    def stop(self) -> None:
        """Follow no more."""
        self._stopping.set()
        self._thread.join()

    def load(self, version: int) -> LoadedModel:
        """Open and warm up a version, without putting it into service.

        Raises:
            ModelNotFound, BlobNotFound, ModelUnreadable: it could not serve.
        """
        current = self._engine.model
        if current is not None and current.version == version:
            return current
        file = self._registry.get(version).served
        return load_model(self._storage.blobs, version, file.content_hash)

    def refresh(self, ready: LoadedModel | None = None) -> None:
        """Put the champion into service now; `ready` saves loading it again.

        Raises:
            TellapartError: the champion cannot be loaded; the old one stays in service.
        """
        with self._lock:
            version = self._registry.alias(CHAMPION)
            current = self._engine.model
            if version is None or (current is not None and current.version == version):
                self.problem = None
                return
            if ready is not None and ready.version == version:
                self._engine.swap(ready)
            else:
                self._engine.swap(self.load(version))
            self.problem = None
            _log.info("champion_in_service", version=version)

    def require_ready(self) -> int:
        """The version that answers now.

        Raises:
            NoChampion: none does, with the reason.
        """
        model = self._engine.model
        if model is None:
            raise NoChampion(
                self.problem or "No model is in service yet. Train one and promote it."
            )
        return model.version

    def _run(self) -> None:
        while not self._stopping.wait(self._storage.settings.reload_interval_s):
            self._follow()

    def _follow(self) -> None:
        try:
            self.refresh()
        except TellapartError as error:
            self._report(str(error))
        except Exception as error:
            self._report(f"The champion cannot be loaded: {type(error).__name__}: {error}")

    def _report(self, problem: str) -> None:
        if problem != self.problem:
            _log.error("champion_not_loaded", problem=problem)
        self.problem = problem
