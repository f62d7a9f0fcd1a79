"""Hot swap: the server follows the champion, whoever promoted it, without a gap."""

import threading
import time

import structlog

from tellapart.errors import ModelUnreadable, NoChampion, TellapartError
from tellapart.registry.versions import CHAMPION, ModelRegistry
from tellapart.serving.engine import LoadedModel, PredictionEngine, load_model
from tellapart.store.outages import outage_of
from tellapart.store.storage import Storage

# A champion that could not be loaded is tried again: its file may have been restored.
_RETRY_S = 5.0
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
        self._failed: int | None = None
        self._retry_at = 0.0
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
            ModelNotFound, BlobNotFound, BlobDamaged, ModelUnreadable: it could not serve.
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
            if ready is None or ready.version != version:
                ready = self._load_champion(version)
            self._engine.swap(ready)
            self._failed = self.problem = None
            _log.info("champion_in_service", version=version)

    def _load_champion(self, version: int) -> LoadedModel:
        try:
            return self.load(version)
        except Exception as error:
            self._failed, self._retry_at = version, time.monotonic() + _RETRY_S
            why = str(error)
            if not isinstance(error, TellapartError):
                why = f"{type(error).__name__}: {error}."
            raise ModelUnreadable(
                f"Version {version}, the champion, cannot be loaded: {why} After that it comes "
                f"back by itself; or put another version into service. {self._stand_in()}"
            ) from error

    def _stand_in(self) -> str:
        """See that a model answers, if need be an earlier champion; which one, in words."""
        for earlier in self._registry.earlier_champions() if self._engine.model is None else ():
            try:
                self._engine.swap(self.load(earlier))
                break
            except Exception as error:
                _log.warning("earlier_champion_not_loaded", version=earlier, problem=str(error))
        model = self._engine.model
        if model is None:
            return "No earlier champion can be loaded, so there are no answers."
        return f"Version {model.version} answers in its place."

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
            waits = self._failed is not None and time.monotonic() < self._retry_at
            if not waits or self._registry.alias(CHAMPION) != self._failed:
                self.refresh()
        except TellapartError as error:
            self._report(str(error))
        except Exception as error:
            why = outage_of(error) or f"{type(error).__name__}: {error}"
            self._report(f"The champion cannot be told: {why}")

    def _report(self, problem: str) -> None:
        if problem != self.problem:
            _log.error("champion_not_loaded", problem=problem)
        self.problem = problem
