"""Segmenting an image from the file to the files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
from scipy import ndimage

from engine.core.prediction_options import PredictionOptions
from engine.core.small_regions import fill_small_regions
from engine.errors import JobCancelledError, WriteError
from engine.exporters.image_registry import image_exporter
from engine.inference.image_runner import ImageRequest, export_image
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_volume
from tests.rasters import write_raster

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def image(tmp_path):
    """400 x 90 pixels: bright below, no data in a corner."""
    data = np.full((400, 90), 10, dtype=np.float32)
    data[250:] = 90
    data[:20, :20] = np.nan
    write_raster(tmp_path / "in.tif", data)
    volume = open_volume(tmp_path / "in.tif")
    yield volume
    volume.close()


@pytest.fixture
def request_for(image, make_predictor, sign_model, tmp_path):
    def make(name="out.tif", **options):
        predictor = make_predictor(sign_model(), tile=112, overlap=28)
        out = tmp_path / name
        return ImageRequest(image, predictor, out, image_exporter(out), **options)

    return make


def test_every_pixel_gets_its_class_and_the_shares_add_up(request_for, tmp_path):
    report = export_image(request_for())
    with rasterio.open(tmp_path / "out.tif") as file:
        mask = file.read(1)
    assert (mask[:20, :20] == 255).all()
    assert (mask[250:] == 1).all()
    assert (mask[20:250] == 0).all()
    assert report.n_pixels == 400 * 90
    assert report.shares["high"] == pytest.approx(150 * 90 / (400 * 90 - 400))
    assert report.record == tmp_path / "out.tif.json"


def test_small_regions_do_not_depend_on_the_strips(request_for, tmp_path):
    rng = np.random.default_rng(5)
    data = ndimage.gaussian_filter(rng.normal(size=(400, 90)), 3).astype(np.float32)
    data[:20, :20] = np.nan
    write_raster(tmp_path / "rough.tif", data)
    rough = open_volume(tmp_path / "rough.tif")
    options = PredictionOptions(mirror=True, smallest_region=120)
    masks = []
    for chosen in (PredictionOptions(mirror=True), options):
        request = replace(request_for(overwrite=True), image=rough)
        request = replace(request, predictor=request.predictor.with_options(chosen))
        report = export_image(request)
        with rasterio.open(tmp_path / "out.tif") as file:
            masks.append(file.read(1))
    rough.close()
    plain, filled = masks
    assert (plain != filled).any()
    np.testing.assert_array_equal(filled, fill_small_regions(plain, 120))
    assert report.shares["high"] == pytest.approx((filled == 1).sum() / (filled != 255).sum())


def test_the_source_is_never_overwritten(request_for, image):
    before = image.path.read_bytes()
    with pytest.raises(WriteError, match="the input itself"):
        export_image(request_for("in.tif", overwrite=True))
    assert image.path.read_bytes() == before


def test_a_cancelled_run_leaves_nothing(request_for, tmp_path):
    job = ThrottledContext(lambda *_: job.cancel())
    with pytest.raises(JobCancelledError):
        export_image(request_for(), job)
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]


def test_a_record_that_is_there_stays(request_for, tmp_path):
    (tmp_path / "out.tif.json").write_text("mine")
    with pytest.raises(WriteError, match=r"out\.tif\.json: exists"):
        export_image(request_for())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.tif", "out.tif.json"]
