"""Every setting once: type, default, unit, help. Each is read from `TELLAPART_<NAME>`."""

import json
import os
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Names = Annotated[tuple[str, ...], NoDecode]
"""Names in one variable, with commas between them, or as a JSON list."""


class Settings(BaseSettings):
    """What can be set from outside. Sizes are in bytes, times in seconds, unless the name says."""

    model_config = SettingsConfigDict(env_prefix="TELLAPART_", frozen=True, extra="ignore")

    workspace: Path = Field(Path("workspace"), description="Folder that holds one classifier.")
    database_url: str | None = Field(
        None, description="SQLAlchemy address; by default tellapart.db in the workspace."
    )
    cache_dir: Path | None = Field(
        None,
        description="Where converted backbones and downloads are kept; by default cache/ in the "
        "workspace.",
    )

    max_image_pixels: int = Field(
        50_000_000, gt=0, description="A picture with more pixels than this is refused unread."
    )
    max_image_bytes: int = Field(
        32 * 1024**2, gt=0, description="Largest body of one picture to predict or import."
    )
    max_upload_bytes: int = Field(
        4 * 1024**3, gt=0, description="Largest ZIP that can be uploaded."
    )
    upload_idle_s: float = Field(
        60.0, gt=0, description="An upload that sends nothing for this long is given up."
    )
    max_archive_entries: int = Field(
        1_000_000, gt=0, description="A ZIP with more entries than this is refused."
    )
    max_archive_bytes: int = Field(
        64 * 1024**3, gt=0, description="Most bytes that are read out of one ZIP."
    )
    max_compression_ratio: float = Field(
        200.0,
        gt=1,
        description="An entry that unpacks to more than this many times its size is refused.",
    )
    max_loose_images: int = Field(1_000, gt=0, description="Most loose pictures in one upload.")
    max_class_name_length: int = Field(
        120,
        gt=0,
        lt=400,
        description="Longest class name, in characters; longer ones are quarantined.",
    )

    thumbnail_px: int = Field(
        192, gt=0, description="Longest side of a thumbnail, in pixels; up to a third more."
    )
    validation_share: float = Field(
        0.1, gt=0, lt=0.5, description="Share of each class that goes to validation."
    )
    test_share: float = Field(
        0.1, gt=0, lt=0.5, description="Share of each class that goes to test."
    )
    check_after_import: bool = Field(
        True,
        description="Whether an import is followed by a check of the whole data set, and a "
        "training that finds better features to tell the classes apart by one of the labels.",
    )
    class_imbalance_threshold: float = Field(
        0.2,
        ge=0,
        le=1,
        description="A class with less than this share of what it would have if all had the same.",
    )
    scratch_max_px: int = Field(
        64,
        gt=0,
        description="`auto` trains from scratch up to this longer side of the median picture.",
    )
    classic_recipe: Literal["auto", "probe"] = Field(
        "probe", description="How `POST /retrain` of the earlier clients trains; it is waited for."
    )
    backbones: Names = Field(
        (),
        description="Further backbones that may be asked for over HTTP, with commas, such as "
        "onnx:/path/network.onnx.",
    )
    target_precision: float | None = Field(
        None,
        gt=0.5,
        lt=1,
        description="Share of right answers that the confidence threshold aims at; unset: 0.95, "
        "or the next lower one that leaves an answer to half of the pictures.",
    )

    try_int8: bool = Field(
        True, description="Whether a trained model is tried in int8, and serves so if it may."
    )

    # An image has an issue when its score, of 0 to 1, is under the threshold.
    near_duplicate_threshold: float = Field(
        0.96, ge=0, le=1, description="Pictures whose fingerprints are this alike are duplicates."
    )
    blurry_threshold: float = Field(
        0.18, ge=0, le=1, description="Least sharpness (0 to 1); under it a picture is blurry."
    )
    dark_threshold: float = Field(
        0.32, ge=0, le=1, description="Least luma (0 to 1) of the brightest 1 % of a picture."
    )
    bright_threshold: float = Field(
        0.05, ge=0, le=1, description="Least distance to white (0 to 1) of the darkest 5 %."
    )
    low_information_threshold: float = Field(
        0.3, ge=0, le=1, description="Least entropy of a picture, as a share of the most (0 to 1)."
    )
    odd_aspect_threshold: float = Field(
        0.35, ge=0, le=1, description="Least ratio of the shorter to the longer side (0 to 1)."
    )
    similar_threshold: float = Field(
        0.9, ge=0, le=1, description="Pictures whose embeddings are this alike are duplicates."
    )
    label_threshold: float = Field(
        0.3, ge=0, le=1, description="A label is doubted when less than this probable."
    )
    outlier_threshold: float = Field(
        0.6, ge=0, le=1, description="A picture less like the others than this is an outlier."
    )
    odd_size_threshold: float = Field(
        0.5, ge=0, le=1, description="A picture whose size is less usual than this is odd."
    )

    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on.")
    admin_key: str | None = Field(
        None,
        min_length=32,
        repr=False,
        description="A key of scope admin that is good while this is set, for containers.",
    )
    require_key: bool | None = Field(
        None,
        description="Whether requests need a key; by default where the server listens to more "
        "than this machine.",
    )
    public_metrics: bool = Field(
        False, description="Whether /metrics is answered without a key where others need one."
    )
    allowed_hosts: Names = Field(
        (),
        description="Names under which the server may be asked (Host header), with commas; by "
        "default those of this machine, and any where it listens to others.",
    )
    allowed_origins: Names = Field(
        (),
        description="Origins of other pages that may ask from a browser, with commas, such as "
        "https://pets.example.",
    )
    inference_threads: int | None = Field(
        None, gt=0, description="Pictures answered at once; by default one per usable core."
    )
    max_waiting_predictions: int = Field(
        256, gt=0, description="Predictions that may wait; the next one is answered 503."
    )
    reload_interval_s: float = Field(
        0.5, gt=0, description="How often a server looks for another champion."
    )

    prediction_log: bool = Field(True, description="Whether predictions are logged and counted.")
    prediction_log_waiting: int = Field(
        10_000, gt=0, description="Predictions that may wait to be logged; further ones are not."
    )
    prediction_log_days: float = Field(
        30, gt=0, description="Days for which each logged prediction is kept."
    )
    minute_rollup_days: float = Field(
        7, ge=1, description="Days for which counts by minute are kept."
    )
    hour_rollup_days: float = Field(
        400,
        ge=60,
        description="Days for which counts by ten minutes to six hours are kept; by day, for ever.",
    )

    loadtest_url: str | None = Field(
        None,
        max_length=300,
        description="Where workers reach this server, such as http://server:8000: load tests that "
        "the page starts go there; by default to this machine.",
    )
    loadtest_key: str | None = Field(
        None, repr=False, description="Key that load tests send; by default the admin key."
    )

    job_lease_s: float = Field(
        30.0, gt=0, description="A job whose worker is silent for this long is taken over."
    )
    job_poll_s: float = Field(0.5, gt=0, description="How often a worker looks for a job.")
    local_workers: int = Field(
        2,
        ge=0,
        description="Most jobs that a server runs at once, each in a process of its own; with 0 it "
        "leaves them to `tellapart worker`.",
    )
    job_max_attempts: int = Field(
        3, gt=0, description="A job whose worker died this many times is given up."
    )

    @field_validator("allowed_hosts", "allowed_origins", "backbones", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value.startswith("["):
            return json.loads(value)
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """No file is read, and so none is prepared for, which takes as long as the rest."""
        return init_settings, env_settings

    @classmethod
    def unknown_names(cls, environment: Mapping[str, str]) -> dict[str, str]:
        """Names in an environment that are close to a setting and are none, each with that one.

        Names that are like no setting are taken for somebody else's.
        """
        prefix = _variable("")
        known = [_variable(name) for name in cls.model_fields]
        ends = [name.removeprefix(prefix) for name in known]
        found = {}
        for name in environment:
            if name.startswith(prefix) and name not in known:
                for end in get_close_matches(name.removeprefix(prefix), ends, n=1, cutoff=0.8):
                    found[name] = prefix + end
        return found

    def environment(self) -> dict[str, str]:
        """These settings for another process: those of this one's environment, replaced by them.

        Only what differs from its default is in it, so that a setting that was changed back in a
        program does not come again from the environment.
        """
        known = {_variable(name) for name in type(self).model_fields}
        environment = {
            name: value for name, value in os.environ.items() if name.upper() not in known
        }
        changed = self.model_dump(mode="json", exclude_defaults=True)
        changed["workspace"] = str(self.workspace.absolute())
        for name, value in changed.items():
            text = value if isinstance(value, str) else json.dumps(value)
            environment[_variable(name)] = text
        return environment

    @property
    def needs_key(self) -> bool:
        """Whether a request has to bring a key."""
        return not is_loopback(self.host) if self.require_key is None else self.require_key

    @property
    def backbone_cache(self) -> Path:
        """The folder of converted backbones."""
        return self.cache_dir or self.workspace / "cache"


def _variable(name: str) -> str:
    return f"{Settings.model_config['env_prefix']}{name}".upper()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        return host.lower() == "localhost"
