"""Fetching by name, from a small server that speaks like the hub."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from safetensors.torch import save

from engine.errors import JobCancelledError, ModelError
from engine.jobs.context import ThrottledContext
from engine.models.designs import DESIGNS
from engine.models.weight_fetch import fetch_weights
from engine.models.weight_store import WeightStore
from engine.models.weights import expected_shapes

NAME = "dinov2-vits14"


class Hub(ThreadingHTTPServer):
    """Serves one file; may stop halfway, and counts what it sent."""

    daemon_threads = True

    def __init__(self, content: bytes, etag: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content, self.etag = content, etag
        self.stop_after: int | None = None
        self.starts: list[int] = []
        self.paths: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_args) -> None:
        pass

    def head(self) -> bytes:
        hub = self.server
        hub.paths.add(self.path)
        given = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        start = int(given[0])
        body = hub.content[start : int(given[2]) + 1 if given[2] else None]
        self.send_response(206 if "Range" in self.headers else 200)
        self.send_header("ETag", f'"{hub.etag}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", str(len(body)))
        if "Range" in self.headers:
            end = start + len(body) - 1
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(hub.content)}")
        self.end_headers()
        if self.command == "GET":
            hub.starts.append(start)
        return body

    def do_HEAD(self) -> None:
        self.head()

    def do_GET(self) -> None:
        body = self.head()
        if self.server.stop_after is not None:
            body = body[: self.server.stop_after]
            self.close_connection = True
        self.wfile.write(body)


@pytest.fixture(scope="module")
def content() -> bytes:
    torch.manual_seed(0)
    shapes = expected_shapes(DESIGNS[NAME])
    return save({name: torch.zeros(shape, dtype=torch.float16) for name, shape in shapes.items()})


@pytest.fixture
def hub(content):
    server = Hub(content, hashlib.sha256(content).hexdigest())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(tmp_path) -> WeightStore:
    return WeightStore(tmp_path)


class Recorder(ThrottledContext):
    """Keeps every report, and can stop once some bytes are there."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__(lambda *_: None)
        self.seen: list[tuple[int, int, str]] = []
        self.stop_at = stop_at

    def report(self, done: int, total: int, message: str = "") -> None:
        self.seen.append((done, total, message))
        if self.stop_at is not None and message == "fetching" and done >= self.stop_at:
            self.cancel()


def test_weights_are_fetched_converted_and_recorded(hub, store, content):
    job = Recorder()
    file = fetch_weights(store, NAME, endpoint=hub.url, job=job)
    assert file == store.find(NAME)
    assert file.source == "hub: timm/vit_small_patch14_dinov2.lvd142m"
    assert hub.paths == {"/timm/vit_small_patch14_dinov2.lvd142m/resolve/main/model.safetensors"}
    fetching = [done for done, total, message in job.seen if message == "fetching"]
    assert fetching == sorted(fetching)
    assert fetching[-1] == len(content)
    assert not list((store.cache_dir / "downloads").iterdir())


def test_weights_that_are_here_are_not_fetched_again(hub, store):
    fetch_weights(store, NAME, endpoint=hub.url)
    hub.starts.clear()
    hub.paths.clear()
    fetch_weights(store, NAME, endpoint=hub.url)
    assert not hub.paths


def test_a_cancelled_fetch_goes_on_where_it_stopped(hub, store, content):
    with pytest.raises(JobCancelledError):
        fetch_weights(store, NAME, endpoint=hub.url, job=Recorder(stop_at=1))
    [partial] = (store.cache_dir / "downloads").iterdir()
    kept = partial.stat().st_size
    assert 0 < kept < len(content)
    assert not store.path(NAME).exists()
    hub.starts.clear()
    fetch_weights(store, NAME, endpoint=hub.url)
    assert hub.starts == [kept]


def test_a_file_with_another_hash_is_refused_and_not_kept(hub, store):
    hub.etag = "0" * 64
    with pytest.raises(ModelError, match="another hash"):
        fetch_weights(store, NAME, endpoint=hub.url)
    assert not list((store.cache_dir / "downloads").iterdir())
    assert not store.path(NAME).exists()


def test_without_a_network_both_ways_out_are_told(store):
    # Nothing listens on the discard port of this machine.
    with pytest.raises(ModelError, match=r"cannot be fetched from timm/") as caught:
        fetch_weights(store, NAME, endpoint="http://127.0.0.1:9")
    assert "Try again when online" in caught.value.hint
    assert f"outcrop weights import FILE --encoder {NAME}" in caught.value.hint


def test_a_file_that_is_no_such_encoder_is_refused(hub, store):
    with pytest.raises(ModelError, match="dinov2-vitb14"):
        fetch_weights(store, "dinov2-vitb14", endpoint=hub.url)
    assert not store.path("dinov2-vitb14").exists()
