"""The learnt weights of fit of a shop folder, the version that counts."""

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from daogou.catalog.matching.matching import Outcome
from daogou.db.versions import Versions
from daogou.errors import ShopError
from daogou.rank.weights import NUMBERS, SCALES, STANDARD, Weights

FIT = "fit"  # folder in the shop's
WEIGHTS = "weights.json"

_log = logging.getLogger(__name__)


class Fitted:
    """`current()` costs one look at the disk; another version is read when it begins to count."""

    def __init__(self, folder: Path) -> None:
        self._versions = Versions(folder / FIT)
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._current = STANDARD

    def current(self) -> Weights:
        """The version that counts, else the standard weights."""
        if self._versions.stamp() != self._stamp:
            with self._lock:
                stamp = self._versions.stamp()
                if stamp != self._stamp:
                    self._read()
                    self._stamp = stamp
        return self._current

    def _read(self) -> None:
        try:
            number = self._versions.number()
            path = self._versions.current()
            self._current = STANDARD if path is None else read_weights(path, name=f"{FIT} {number}")
        except ShopError as error:
            _log.warning("the learnt weights could not be read, the last ones go on: %s", error)


def write_weights(folder: Path, weights: Weights) -> None:
    """Whole, so that the version goes on meaning the same when the standard weights change."""
    told: dict[str, object] = {"found": dict(weights.found)}
    told |= {name: getattr(weights, name) for name in ("other_encoder", *NUMBERS)}
    told |= {name: {str(said): points for said, points in getattr(weights, name).items()} for name in SCALES}
    (folder / WEIGHTS).write_text(json.dumps(told, indent=1), encoding="utf-8")


def read_weights(folder: Path, *, name: str) -> Weights:
    """What was written; ShopError where it is damaged or another Daogou's."""
    path = folder / WEIGHTS
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        numbers = {one: float(told[one]) for one in ("other_encoder", *NUMBERS)}
        scales = {one: {Outcome(said): points for said, points in _points(told[one]).items()} for one in SCALES}
        return replace(STANDARD, found=_points(told["found"]), **numbers, **scales, name=name)  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShopError(f"{path} is damaged ({error!r}); run: daogou learn fit, or roll back") from error


def _points(told: Mapping[str, float]) -> dict[str, float]:
    return {name: float(points) for name, points in told.items()}
