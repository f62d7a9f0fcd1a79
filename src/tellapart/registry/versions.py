"""Model versions, their files, and which one is champion. All changes are single transactions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tellapart.errors import ModelNotFound, NoChampion, NotFound, PromotionRefused
from tellapart.store.database import Database
from tellapart.store.locks import hold
from tellapart.store.pages import Page, cut_page, parse_cursor
from tellapart.store.tables import ModelAlias, ModelArtifact, ModelVersion, Promotion

CHAMPION = "champion"
CHALLENGER = "challenger"


@dataclass(frozen=True)
class NewModel:
    """What is known of a model when it is registered. `artifacts`: format to (blob, bytes)."""

    recipe: str
    backbone: str | None
    dataset_version: int
    class_names: list[str]
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    report: dict[str, Any]
    artifacts: Mapping[str, tuple[str, int]]
    job_id: str | None = None


@dataclass(frozen=True)
class RegisteredModel:
    """A version with its aliases and files."""

    row: ModelVersion
    aliases: tuple[str, ...]
    artifacts: tuple[ModelArtifact, ...]

    def artifact(self, name: str) -> ModelArtifact:
        """The file of this format.

        Raises:
            NotFound: the version has none.
        """
        for file in self.artifacts:
            if file.format == name:
                return file
        known = ", ".join(file.format for file in self.artifacts)
        raise NotFound(f"Model version {self.row.version} has no {name} file; it has {known}.")

    @property
    def served(self) -> ModelArtifact:
        """The file that answers in service: `int8` where it was good enough, else `onnx`."""
        kept = any(file.format == "int8" for file in self.artifacts)
        return self.artifact("int8" if kept else "onnx")


class ModelRegistry:
    """The versions of one workspace. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, model: NewModel) -> int:
        """Add a version, make it the challenger, and return its number.

        When the same job registered a version of this recipe before it was killed, that version
        is returned.
        """
        with self._database.writing() as session:
            hold(session, "registry")
            if model.job_id is not None:
                same_job = select(ModelVersion.version).where(
                    ModelVersion.job_id == model.job_id,
                    ModelVersion.recipe == model.recipe,
                    # A job that is resumed may find other labels than it began with.
                    ModelVersion.dataset_version == model.dataset_version,
                )
                earlier = session.scalar(same_job)
                if earlier is not None:
                    return earlier
            row = ModelVersion(
                version=_next_version(session), job_id=model.job_id,
                recipe=model.recipe, backbone=model.backbone,
                dataset_version=model.dataset_version, class_names=model.class_names,
                parameters=model.parameters, metrics=model.metrics, report=model.report,
            )  # fmt: skip
            session.add(row)
            session.flush()
            for name, (blob, size_bytes) in model.artifacts.items():
                session.add(_artifact(row.version, name, blob, size_bytes))
            _point(session, CHALLENGER, row.version)
            return row.version

    def add_artifact(self, version: int, name: str, blob: str, size_bytes: int) -> None:
        """Add, or replace, a file of a version."""
        with self._database.writing() as session:
            hold(session, "registry")
            _existing(session, version)
            session.merge(_artifact(version, name, blob, size_bytes))

    def add_to_report(self, version: int, name: str, value: Mapping[str, Any]) -> None:
        """Add a part, JSON values, to the report of a version."""
        with self._database.writing() as session:
            hold(session, "registry")
            row = _existing(session, version)
            row.report = {**row.report, name: dict(value)}

    def get(self, version: int) -> RegisteredModel:
        """One version.

        Raises:
            ModelNotFound: no model has this number.
        """
        with self._database.reading() as session:
            return _with_relations(session, [_existing(session, version)])[0]

    def newest(self, recipe: str, backbone: str | None) -> ModelVersion | None:
        """The last version of a recipe and a backbone."""
        query = (
            select(ModelVersion)
            .where(ModelVersion.recipe == recipe, ModelVersion.backbone == backbone)
            .order_by(ModelVersion.version.desc())
            .limit(1)
        )
        with self._database.reading() as session:
            return session.scalar(query)

    def page(self, *, limit: int = 50, cursor: str | None = None) -> Page[RegisteredModel]:
        """Versions, newest first."""
        before = parse_cursor(cursor)
        query = select(ModelVersion).order_by(ModelVersion.version.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(ModelVersion.version < before)
        with self._database.reading() as session:
            models = _with_relations(session, list(session.scalars(query)))
        return cut_page(models, limit, [str(model.row.version) for model in models])

    def alias(self, name: str) -> int | None:
        """The version that `champion` or `challenger` points at."""
        with self._database.reading() as session:
            return _target(session, name)

    def in_service(self) -> ModelVersion | None:
        """The champion; None while there is none."""
        with self._database.reading() as session:
            version = _target(session, CHAMPION)
            return None if version is None else _existing(session, version)

    def champion(self) -> int:
        """The version in service.

        Raises:
            NoChampion: there is none yet.
        """
        version = self.alias(CHAMPION)
        if version is None:
            raise NoChampion(
                "No model is in service yet. Train one (`tellapart train`, or Models → Retrain) "
                "and promote it."
            )
        return version

    def promote(self, version: int, reason: str) -> Promotion:
        """Put a version into service, with an audit row, in one transaction.

        Raises:
            ModelNotFound: no model has this number.
            PromotionRefused: it is champion already.
        """
        with self._database.writing() as session:
            hold(session, "registry")
            _existing(session, version)
            current = _target(session, CHAMPION)
            if current == version:
                raise PromotionRefused(f"Version {version} is the champion already.")
            return _change_champion(session, "promote", current, version, reason)

    def rollback(self, reason: str) -> Promotion:
        """Put the champion before this one back into service, in one transaction.

        Rolling back again goes one champion further back.

        Raises:
            PromotionRefused: there is no earlier champion.
        """
        with self._database.writing() as session:
            hold(session, "registry")
            line = _line_of_champions(session)
            if len(line) < 2:
                raise PromotionRefused(
                    "There is no earlier champion to go back to. Promote another version instead."
                )
            return _change_champion(session, "rollback", line[-1], line[-2], reason)

    def rollback_target(self) -> int | None:
        """The version that `rollback` would put into service."""
        return next(iter(self.earlier_champions()), None)

    def earlier_champions(self) -> list[int]:
        """The versions that `rollback` would put into service, one after another."""
        with self._database.reading() as session:
            return _line_of_champions(session)[-2::-1]

    def promotions(self, *, limit: int = 50, cursor: str | None = None) -> Page[Promotion]:
        """Changes of champion, newest first."""
        before = parse_cursor(cursor)
        query = select(Promotion).order_by(Promotion.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(Promotion.id < before)
        with self._database.reading() as session:
            rows = list(session.scalars(query))
        return cut_page(rows, limit, [str(row.id) for row in rows])


def _artifact(version: int, name: str, blob: str, size_bytes: int) -> ModelArtifact:
    return ModelArtifact(version=version, format=name, content_hash=blob, size_bytes=size_bytes)


def _existing(session: Session, version: int) -> ModelVersion:
    row = session.get(ModelVersion, version) if abs(version) < 2**31 else None
    if row is None:
        raise ModelNotFound(
            f"There is no model version {version}. `tellapart models list` shows all versions."
        )
    return row


def _next_version(session: Session) -> int:
    # Not drawn from a sequence: that has gaps after transactions that were rolled back.
    return (session.scalar(select(func.max(ModelVersion.version))) or 0) + 1


def _target(session: Session, name: str) -> int | None:
    alias = session.get(ModelAlias, name)
    return None if alias is None else alias.version


def _point(session: Session, name: str, version: int) -> None:
    session.merge(ModelAlias(name=name, version=version))


def _change_champion(
    session: Session, action: str, current: int | None, version: int, reason: str
) -> Promotion:
    _point(session, CHAMPION, version)
    challenger = session.get(ModelAlias, CHALLENGER)
    if challenger is not None and challenger.version == version:
        session.delete(challenger)
    promotion = Promotion(action=action, from_version=current, to_version=version, reason=reason)
    session.add(promotion)
    session.flush()
    return promotion


def _line_of_champions(session: Session) -> list[int]:
    line: list[int] = []
    for promotion in session.scalars(select(Promotion).order_by(Promotion.id)):
        if promotion.action == "promote":
            line.append(promotion.to_version)
        else:
            line.pop()
    return line


def _with_relations(session: Session, rows: list[ModelVersion]) -> list[RegisteredModel]:
    versions = [row.version for row in rows]
    files = session.scalars(
        select(ModelArtifact)
        .where(ModelArtifact.version.in_(versions))
        .order_by(ModelArtifact.format.desc())
    ).all()
    aliases = session.scalars(select(ModelAlias).where(ModelAlias.version.in_(versions))).all()
    return [
        RegisteredModel(
            row,
            tuple(sorted(alias.name for alias in aliases if alias.version == row.version)),
            tuple(file for file in files if file.version == row.version),
        )
        for row in rows
    ]
