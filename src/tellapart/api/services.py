"""What the routes work with, opened once for each server process."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from tellapart.access.keys import KeyRing
from tellapart.api.uploads.staging import remove_leftovers
from tellapart.dataset.insights import Insights, InsightsKey, insights_key, read_insights
from tellapart.jobs.local import LocalRunner
from tellapart.jobs.queue import JobQueue
from tellapart.monitoring.drift_reference import DriftReferences
from tellapart.monitoring.prediction_log import PredictionLog
from tellapart.registry.versions import ModelRegistry
from tellapart.serving.engine import PredictionEngine
from tellapart.serving.heat_maps import HeatMaps
from tellapart.serving.reload import ChampionWatcher
from tellapart.settings import Settings
from tellapart.store.cached_answer import CachedAnswer
from tellapart.store.storage import Storage, open_storage


@dataclass(frozen=True)
class Services:
    """The parts of a running server."""

    storage: Storage
    registry: ModelRegistry
    jobs: JobQueue
    keys: KeyRing
    runner: LocalRunner
    engine: PredictionEngine
    champion: ChampionWatcher
    heat_maps: HeatMaps
    insights: CachedAnswer[InsightsKey, Insights]
    predictions: PredictionLog
    drift: DriftReferences
    classic_insights: CachedAnswer[InsightsKey, Insights]

    @classmethod
    def open(cls, settings: Settings) -> "Services":
        """Open the workspace, load the champion, and begin to look for jobs.

        Raises:
            WorkspaceUnusable: the workspace cannot be opened.
        """
        storage = open_storage(settings)
        engine = PredictionEngine(settings)
        champion = ChampionWatcher(storage, engine)
        jobs = JobQueue(storage.database, settings)
        services = cls(
            storage=storage,
            registry=ModelRegistry(storage.database),
            jobs=jobs,
            keys=KeyRing(storage.database, settings.admin_key),
            runner=LocalRunner(jobs, settings),
            engine=engine,
            champion=champion,
            heat_maps=HeatMaps(champion, settings.max_image_pixels),
            insights=CachedAnswer(storage.database, insights_key, read_insights),
            predictions=PredictionLog(storage.database, settings),
            drift=DriftReferences(storage),
            classic_insights=CachedAnswer(storage.database, insights_key, read_insights),
        )
        remove_leftovers(storage, jobs)
        services.champion.start()
        services.runner.start()
        services.predictions.start()
        return services

    def close(self) -> None:
        """Stop the threads, and give everything back."""
        self.runner.stop()
        self.champion.stop()
        self.engine.close()
        self.predictions.stop()
        self.insights.close()
        self.classic_insights.close()
        self.storage.close()


# Not a plain function: FastAPI would run it in another thread, at the price of two switches.
async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]
