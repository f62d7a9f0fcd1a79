"""The state of the data set as one HTML file to send to somebody: no script, no outside address."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from sqlalchemy.orm import Session

from tellapart.dataset.entries import (
    MapColumns,
    get_entries,
    map_columns,
    read_thumbnail,
)
from tellapart.dataset.insights import Histogram, Insights, read_insights
from tellapart.dataset.issues import list_issues
from tellapart.errors import BlobNotFound
from tellapart.reports.html import document, figure, image_tag, table
from tellapart.store.blobs import LocalBlobs
from tellapart.store.storage import Storage
from tellapart.store.tables import ISSUE_KINDS, SPLITS, IssueKind

_SAMPLES = 6
_CLASSES_WITH_SAMPLES = 30
_WORST = 8
_MAP_POINTS = 3000
_COLOURS = (
    "#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2", "#c026d3", "#65a30d",
)  # fmt: skip


def data_report(storage: Storage) -> str:
    """An HTML document of what `read_insights` finds, with images."""
    with storage.database.reading() as session:
        found = read_insights(session)
        sections = [
            _head(found, storage.settings.workspace.absolute().name),
            _classes(found),
            _samples(session, storage.blobs, found),
            _measures(found),
            _issues(session, storage.blobs, found),
            _map(map_columns(session, limit=_MAP_POINTS)),
        ]
    return document("Data report", sections)


def _head(found: Insights, name: str) -> str:
    total = found.dimensions["total_images"]
    version = "no version yet" if found.dataset_version is None else f"v{found.dataset_version}"
    content = f" ({found.content_id[:12]})" if found.content_id else ""
    images, classes = _count(total, "picture"), _count(len(found.class_splits), "class")
    return (
        f"<h1>{escape(name)}: {images} of {classes}</h1>"
        f'<p class="quiet">Data set {version}{content}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. '
        f"{found.unlabeled:,} without a class, {found.excluded:,} excluded, "
        f"{found.total_bytes / 1e6:,.1f} MB.</p>"
    )


def _classes(found: Insights) -> str:
    largest = max((sum(s.values()) for s in found.class_splits.values()), default=1)
    rows = [
        (
            escape(label),
            *(f"{splits[split]:,}" for split in SPLITS),
            f"{sum(splits.values()):,}",
            _bar(sum(splits.values()) / largest),
        )
        for label, splits in found.class_splits.items()
    ]
    return "<h2>Classes</h2>" + table(("class", *SPLITS, "all", ""), rows)


def _bar(share: float) -> str:
    return f'<svg width="120" height="10"><rect height="10" width="{120 * share:.1f}"/></svg>'


def _samples(session: Session, blobs: LocalBlobs, found: Insights) -> str:
    parts = ["<h2>Samples</h2>"]
    for label, ids in list(found.samples.items())[:_CLASSES_WITH_SAMPLES]:
        parts.append(f"<h3>{escape(label)}</h3>{_thumbnails(session, blobs, ids[:_SAMPLES])}")
    return "".join(parts)


def _measures(found: Insights) -> str:
    size = found.dimensions
    sides = [
        (side, *(str(size[f"{which}_{side}"]) for which in ("min", "avg", "max")))
        for side in ("width", "height")
    ]
    formats = [(name, f"{count:,}") for name, count in found.formats.items()]
    return (
        "<h2>Sizes, formats, light</h2>"
        + table(("pixels", "smallest", "mean", "largest"), sides)
        + "<p></p>"
        + _bars("Width, pixels", found.widths)
        + _bars("Height, pixels", found.heights)
        + _scatter(found.sizes)
        + _bars("File size, bytes", found.file_sizes)
        + _bars("Mean brightness", found.brightness)
        + table(("format", "pictures"), formats)
    )


def _issues(session: Session, blobs: LocalBlobs, found: Insights) -> str:
    checked = (
        "Near-duplicates by embedding, labels and outliers have not been checked yet."
        if found.checked_version is None
        else f"Checked at version {found.checked_version}, {found.checked_at:%Y-%m-%d %H:%M} UTC."
    )
    parts = [f'<h2>Issues</h2><p class="quiet">{checked}</p>']
    if quarantined := found.issues.get("quarantined"):
        parts.append(f"<p>{_count(quarantined, 'file')} in quarantine.</p>")
    for kind in ISSUE_KINDS:
        if count := found.issues.get(kind):
            ids = _worst(session, kind)
            title = kind.replace("_", " ").capitalize()
            parts.append(f"<h3>{title}: {count:,}</h3>{_thumbnails(session, blobs, ids)}")
    return "".join(parts)


def _worst(session: Session, kind: IssueKind) -> list[int]:
    return [row.image_id for row in list_issues(session, kind, limit=_WORST)[0].items]


def _thumbnails(session: Session, blobs: LocalBlobs, image_ids: Sequence[int]) -> str:
    tags = []
    for image in get_entries(session, image_ids):
        try:
            data = read_thumbnail(blobs, image.image)
        except BlobNotFound:
            continue
        what = f"{image.label or 'no class'}: {image.image.original_name}"
        tags.append(image_tag(data, what))
    return "".join(tags)


def _bars(title: str, histogram: Histogram) -> str:
    counts, edges = histogram.counts, histogram.edges
    if not counts:
        return ""
    width, height, highest = 260, 90, max(counts)
    step = width / len(counts)
    bars = "".join(
        f'<rect x="{number * step:.1f}" y="{height * (1 - count / highest):.1f}" '
        f'width="{max(step - 1, 0.5):.1f}" height="{height * count / highest:.1f}">'
        f"<title>{edges[number]:g} to {edges[number + 1]:g}: {count:,}</title></rect>"
        for number, count in enumerate(counts)
    )
    caption = f"{title}: {edges[0]:,.0f} to {edges[-1]:,.0f}"
    return figure(caption, width, height, bars)


def _scatter(sizes: Sequence[tuple[int, int, int]]) -> str:
    if not sizes:
        return ""
    side = 200
    longest = max(max(width, height) for width, height, _ in sizes)
    scale = (side - 12) / longest
    most = max(count for *_, count in sizes)
    dots = "".join(
        f'<circle cx="{6 + scale * width:.1f}" cy="{side - 6 - scale * height:.1f}" '
        f'r="{1.5 + 5 * (count / most) ** 0.5:.1f}" opacity=".5">'
        f"<title>{width} × {height}: {count:,}</title></circle>"
        for width, height, count in sizes
    )
    return figure(f"Width by height, up to {longest} pixels", side, side, dots)


def _map(found: MapColumns) -> str:
    if not found.ids:
        return ""
    side = 640
    dots = "".join(
        f'<circle cx="{x * side:.0f}" cy="{y * side:.0f}" r="2.2" opacity=".7" '
        f'fill="{_COLOURS[number % len(_COLOURS)] if number >= 0 else "#888"}"/>'
        for x, y, number in zip(found.x, found.y, found.classes, strict=True)
    )
    names = enumerate(found.class_names[: len(_COLOURS)])
    legend = " ".join(
        f'<span style="color:{_COLOURS[number]}">●</span> {escape(name)}' for number, name in names
    )
    caption = f"{len(found.ids):,} of {found.total:,} pictures; alike ones are near each other"
    return f"<h2>Map</h2><p>{legend}</p>" + figure(caption, side, side, dots)


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("s") else "s"
    return f"{number:,} {noun}{'' if number == 1 else plural}"
