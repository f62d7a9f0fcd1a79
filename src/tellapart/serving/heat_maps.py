"""Where a model looks, for any version and image of the data set."""

import threading
from collections import OrderedDict

from tellapart.errors import InvalidRequest, NoHeatMap
from tellapart.images.decode import read_header
from tellapart.images.preprocessing import prepare
from tellapart.package.format import ACTIVATION_MAPS, OUTPUT
from tellapart.serving.engine import LoadedModel
from tellapart.serving.reload import ChampionWatcher

# A page shows the mistakes of one version, or of two beside each other.
_KEPT_OPEN = 2


class HeatMaps:
    """Draws heat maps with any version. The last two versions besides the champion stay open."""

    def __init__(self, champion: ChampionWatcher, max_pixels: int) -> None:
        self._champion = champion
        self._max_pixels = max_pixels
        self._open: OrderedDict[int, LoadedModel] = OrderedDict()
        # One version is opened, and one image is drawn, at a time: answers go first.
        self._lock = threading.Lock()

    def draw(self, version: int, data: bytes, label: str | None = None) -> bytes:
        """The heat map of an image, given as the bytes of its file: a PNG in its shape.

        Args:
            version: a model version.
            data: the image.
            label: the class to look for; by default what the model takes the image for.

        Raises:
            ModelNotFound, BlobNotFound, ModelUnreadable: the version cannot be opened.
            NoHeatMap: it does not tell where it looks.
            InvalidRequest: it does not know the class.
            InvalidImage: the bytes are no usable image.
        """
        with self._lock:
            model = self._model(version)
            names = model.package.class_names
            if ACTIVATION_MAPS not in model.session.output_shapes:
                raise NoHeatMap(
                    f"Version {version} does not tell where it looks: it was trained before heat "
                    "maps, or by a network that has none. Train a new version."
                )
            if label is not None and label not in names:
                raise InvalidRequest(
                    f"Version {version} does not know the class {label!r}. "
                    f"It knows: {', '.join(names[:20])}."
                )
            header = read_header(data, max_pixels=self._max_pixels)
            pixels = prepare(data, model.package.spec, max_pixels=self._max_pixels)
            found = model.run(pixels, explain=True)
            number = int(found[OUTPUT].argmax()) if label is None else names.index(label)
            return model.draw(found[ACTIVATION_MAPS], number, header)

    def _model(self, version: int) -> LoadedModel:
        model = self._open.pop(version, None) or self._champion.load(version)
        self._open[version] = model
        if len(self._open) > _KEPT_OPEN:
            self._open.popitem(last=False)
        return model
