"""Answers questions about features, with those of the slices used last kept."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.workers.feature_requests import FitRequest, Fitted, SliceRequest
from app.workers.segmenting import make_prediction
from engine.core.class_scheme import ClassScheme
from engine.core.section import Section
from engine.core.volume import domain_of
from engine.errors import ModelError
from engine.exporters.record import refuse_results
from engine.inference.feature_cache import FeatureCache, FeatureKey
from engine.inference.feature_colors import ColorBasis
from engine.inference.feature_maps import FeatureMaps
from engine.inference.instant_bundle import save_head
from engine.inference.instant_head import InstantHead, LabelledFeatures, fit_head
from engine.inference.place_features import PlaceFeatures
from engine.inference.prediction import load_original
from engine.inference.predictor import Predictor
from engine.inference.similarity import SimilarityQuery, similarity
from engine.inference.suggestion import SliceFacts, facts_of
from engine.jobs.context import JobContext, PartOfJob
from engine.readers.display.copied_volume import exact_section
from engine.session.model_info import ModelInfo
from engine.session.predictions import FeaturePicture
from engine.store.bundle import read_bundle
from engine.store.bundle_store import installed_folder

_ORIGINAL = " before adaptation"
_BASIS_PLACES = (1 / 6, 1 / 2, 5 / 6)
"""Where along the direction the sections lie whose features give the colours."""
Places = tuple[tuple[int, int], ...]
_HeadKey = tuple[int, str, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Head:
    """The head that was fitted last."""

    key: _HeadKey
    head: InstantHead
    classes: ClassScheme
    n_sections: int
    fit_s: float


class FeatureJobs:
    """What `app.workers.features.FeatureWork` does; touched on the compute lane only.

    Parameters
    ----------
    predictor_of : callable
        Loads the predictor of a model for a device.
    """

    def __init__(self, predictor_of: Callable[[ModelInfo, str, JobContext], Predictor]) -> None:
        self._predictor_of = predictor_of
        self._cache = FeatureCache()
        self._head: _Head | None = None
        self._basis: tuple[tuple[int, str, str], ColorBasis] | None = None
        self._originals: dict[str, Predictor] = {}
        self._place_features = PlaceFeatures()

    def fit(self, request: FitRequest, job: JobContext) -> Fitted:
        """Fit a head, or take the one there is, and apply it to the slice on the screen."""
        shown = request.shown
        maps = self._features(shown, job)
        labelled = [self._labelled(request, i, job) for i in range(len(request.labels))]
        began_s = time.monotonic()
        head = self._fitted(request, labelled, job)
        probabilities = head.head.classify(maps)
        prediction = make_prediction(
            replace(shown.key, model=request.identity, options=request.options),
            request.classes,
            probabilities,
            elapsed_s=time.monotonic() - began_s,
            device=str(maps.maps.device),
        )
        return Fitted(prediction, head.n_sections, head.head.n_samples, head.fit_s)

    def _fitted(
        self, request: FitRequest, labelled: list[LabelledFeatures], job: JobContext
    ) -> _Head:
        shown, present = request.shown, self._head
        key = (shown.volume_number, shown.model.identity, len(request.classes))
        same = present if present is not None and present.key == key else None
        if same is not None and not request.refit:
            return same
        start = None if same is None else same.head
        began_s = time.monotonic()
        head = fit_head(labelled, len(request.classes), start=start, job=job)
        fit_s = time.monotonic() - began_s
        self._head = _Head(key, head, request.classes, len(labelled), fit_s)
        return self._head

    def _labelled(self, request: FitRequest, number: int, job: JobContext) -> LabelledFeatures:
        labels, shown = request.labels[number], request.shown
        there = _at(shown, labels.direction, labels.index)
        of = f" of {number + 1} of {len(request.labels)} labelled sections"
        return LabelledFeatures(labels, self._features(there, job, of=of))

    def keep(self, shown: SliceRequest) -> Path:
        """Write the head that was fitted last as a bundle among the user's models."""
        present = self._head
        if present is None or present.key[:2] != (shown.volume_number, shown.model.identity):
            raise ModelError(
                "there is no instant model to keep",
                hint="Switch instant mode on and label two classes.",
            )
        facts = {
            "data": {
                "volume": shown.volume.path.name,
                "domain": domain_of(shown.volume.kind),
                "training_samples": present.n_sections,
                "labelled_pixels": present.head.n_samples,
            }
        }
        base = read_bundle(shown.model.path)
        path = _free_path(f"{shown.volume.path.stem}-instant")
        return save_head(present.head, base, path, classes=present.classes, training=facts).path

    def similar(
        self, shown: SliceRequest, places: tuple[Places, Places], job: JobContext
    ) -> NDArray[np.uint8]:
        """Compare a section with places of it."""
        return similarity(self._contents(shown, job), SimilarityQuery(*places))

    def picture(self, shown: SliceRequest, job: JobContext) -> FeaturePicture:
        """Colour a section by the basis of its volume."""
        basis = self._basis_of(shown, job)
        original = picture = basis.picture(self._contents(shown, job, original=True))
        if self._original(shown, job) is not self._predictor_of(shown.model, shown.device, job):
            picture = basis.picture(self._contents(shown, job))
        return FeaturePicture(shown.key, picture, original)

    def _basis_of(self, shown: SliceRequest, job: JobContext) -> ColorBasis:
        predictor = self._original(shown, job)
        identity = predictor.identity
        key = (shown.volume_number, identity.encoder_sha256, identity.pipeline)
        if self._basis is None or self._basis[0] != key:
            size = shown.volume.axis_along(shown.direction).size
            indices = sorted({int(size * place) for place in _BASIS_PLACES})
            places = (_at(shown, shown.direction, index) for index in indices)
            sections = [self._contents(place, job, original=True) for place in places]
            self._basis = key, ColorBasis.fit(sections)
        return self._basis[1]

    def look(self, shown: SliceRequest, job: JobContext) -> SliceFacts:
        """Measure a section; with the instant head if there is one for this model."""
        present = self._head
        section = _read(shown)
        if present is not None and present.key[:2] == (shown.volume_number, shown.model.identity):
            return facts_of(section, present.head.classify(self._features(shown, job)))
        predictor = self._predictor_of(shown.model, shown.device, job)
        return facts_of(section, predictor.predict(section, shown.statistics, job))

    def _contents(
        self, shown: SliceRequest, job: JobContext, *, original: bool = False
    ) -> FeatureMaps:
        """Return features to look at: without what tells the place in a tile."""
        maps = self._features(shown, job, original=original)
        predictor = self._predictor(shown, job, original=original)
        return self._place_features.taken_from(maps, predictor.encoder, _encoder(predictor))

    def _features(
        self, shown: SliceRequest, job: JobContext, *, original: bool = False, of: str = ""
    ) -> FeatureMaps:
        refuse_results(shown.volume.path)
        predictor = self._predictor(shown, job, original=original)
        identity = predictor.identity
        key = FeatureKey(
            shown.volume_number,
            shown.direction,
            shown.index,
            _encoder(predictor),
            identity.pipeline,
            predictor.tile,
            str(predictor.device),
        )
        found = self._cache.find(key)
        if found is None:
            work = f"computing features{of}"
            job.report(0, 0, work)
            told = PartOfJob(job, lambda done, total, text: job.report(done, total, text or work))
            found = predictor.features(_read(shown), shown.statistics, told)
            self._cache.add(key, found)
        return found

    def _predictor(self, shown: SliceRequest, job: JobContext, *, original: bool) -> Predictor:
        if original:
            return self._original(shown, job)
        return self._predictor_of(shown.model, shown.device, job)

    def _original(self, shown: SliceRequest, job: JobContext) -> Predictor:
        """Return the model with its encoder as it was before it was adapted."""
        adapted = self._predictor_of(shown.model, shown.device, job)
        if adapted.identity.frozen:
            return adapted
        name = f"{shown.model.identity}{_ORIGINAL}{shown.device}"
        if name not in self._originals:
            self._originals = {name: load_original(shown.model.path, shown.device)}
        return self._originals[name]


def _encoder(predictor: Predictor) -> str:
    """Return the identity of an encoder; a frozen one is the same in all bundles."""
    identity = predictor.identity
    return identity.encoder_sha256 + ("" if identity.frozen else identity.trained)


def _free_path(name: str) -> Path:
    """Return a folder among the user's models that is not there yet."""
    folder = installed_folder()
    further = (f"{name}-{number}" for number in itertools.count(2))
    names = itertools.chain((name,), further)
    return next(folder / item for item in names if not (folder / item).exists())


def _at(shown: SliceRequest, direction: str, index: int) -> SliceRequest:
    """Return another section of the same volume for the same model."""
    return SliceRequest(
        shown.volume_number,
        shown.volume,
        shown.statistics,
        direction,
        index,
        shown.model,
        shown.device,
    )


def _read(shown: SliceRequest) -> Section:
    section: Section = shown.volume.section(shown.direction, shown.index)
    return exact_section(shown.volume, section)
