import json
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import ReadError, WriteError
from engine.session.edits import Edit, LabelKey, Pick, SchemeChange
from engine.session.journal import JournalWriter, Record, read_journal
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import LabelState
from engine.session.labels import LabelDocument
from engine.session.replay import Replay, first_scheme

SHAPE = (40, 60)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt", "fault")))
)
KEY = LabelKey("Änne \udcff", "inline", 3)
FIRST_LINE = len(b"OUTCROP JOURNAL 1\n")


def shape_of(_direction, _index):
    return SHAPE


class Recording:
    """A document with the records of all that is done in it."""

    def __init__(self):
        self.labels = LabelDocument(shape_of, SCHEME)
        self.records = [self.record("begin", Edit("New", (SchemeChange(SCHEME, SCHEME),)), 1)]
        self.labels.subscribe_edits(self.note)

    @staticmethod
    def record(action, edit, sequence):
        changes = edit.changes if action in {"begin", "edit"} else ()
        return Record(sequence, "2026-11-21T23:00:00Z", "Ann", action, edit.title, changes)

    def note(self, action, edit):
        self.records.append(self.record(action, edit, len(self.records) + 1))


def work(labels, rng, n_steps=12):
    for step in range(n_steps):
        kind = rng.integers(0, 6)
        if kind == 0:
            labels.undo()
        elif kind == 1:
            labels.redo()
        elif kind == 2:
            nodes = ((float(rng.normal()), 2.5), (3.0, 4.0))
            labels.add_pick(Pick(f"p{step}", "stick", "inline", 3, nodes, 2, author="Ann"))
        elif kind == 3:
            labels.set_scheme(labels.scheme.with_lock(2, locked=bool(rng.integers(2))))
        else:
            shape = rng.integers(1, 30, 2)
            classes = rng.choice(np.array([0, 1, 2, 254, 255], np.uint8), shape)
            labels.paint(KEY, *rng.integers(-5, 40, 2), classes, title="Brush")


def contents(labels):
    planes = {key: np.stack(labels.plane(key)).tobytes() for key in tuple(labels.keys())}
    picks = {pick.id: pick for pick in labels.all_picks()}
    return planes, picks, labels.scheme, labels.undo_text, labels.redo_text


def replayed(records):
    replay = Replay(LabelState(shape_of, first_scheme(records) or SCHEME))
    assert replay.run(records) == ""
    return LabelDocument.restored(replay.state, replay.done, replay.undone)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A journal of many steps, its records and the bytes of each."""
    recording = Recording()
    work(recording.labels, np.random.default_rng(5))
    path = tmp_path_factory.mktemp("journal") / "journal"
    writer = JournalWriter(path)
    parts = [record.to_bytes() for record in recording.records]
    for part in parts:
        writer.append(part)
    writer.close()
    return path, recording, parts


def test_a_journal_is_read_as_it_was_written(recorded):
    path, recording, parts = recorded
    journal = read_journal(path)
    assert list(journal.records) == recording.records
    assert journal.note == ""
    assert journal.end == journal.size == path.stat().st_size == FIRST_LINE + sum(map(len, parts))


@settings(max_examples=30, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_the_labels_and_the_whole_undo_history_come_back(seed):
    recording = Recording()
    work(recording.labels, np.random.default_rng(seed), 25)
    there, back = recording.labels, replayed(recording.records)
    assert contents(back) == contents(there)
    for document in (there, back):
        while document.undo() is not None:
            pass
    assert contents(back) == contents(there)
    while there.redo() is not None:
        assert back.redo() is not None
        assert contents(back) == contents(there)


def test_cut_off_at_any_byte_all_whole_steps_are_read_and_no_other(recorded, tmp_path):
    path, recording, parts = recorded
    data = path.read_bytes()
    ends = np.cumsum([FIRST_LINE, *map(len, parts)])
    cut = tmp_path / "journal"
    for n_bytes in range(len(data) + 1):
        cut.write_bytes(data[:n_bytes])
        journal = read_journal(cut)
        n_whole = int(np.count_nonzero(ends[1:] <= n_bytes))
        assert list(journal.records) == recording.records[:n_whole]
        assert bool(journal.note) == (n_bytes > FIRST_LINE and n_bytes not in ends)


def test_work_goes_on_behind_a_torn_step_which_is_put_aside(recorded, tmp_path):
    path, recording, parts = recorded
    torn = tmp_path / "journal"
    torn.write_bytes(path.read_bytes()[:-3])
    journal = read_journal(torn)
    writer = JournalWriter(torn, journal.end)
    writer.append(parts[-1])
    writer.close()
    assert list(read_journal(torn).records) == recording.records
    assert (tmp_path / "journal-rest-1").read_bytes() == parts[-1][:-3]


@settings(max_examples=150, derandomize=True)
@given(st.data())
def test_a_flipped_bit_is_noticed_and_the_rest_left(recorded, data):
    path, recording, _ = recorded
    raw = bytearray(path.read_bytes())
    place = data.draw(st.integers(FIRST_LINE, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    damaged = path.with_name("damaged")
    damaged.write_bytes(raw)
    journal = read_journal(damaged)
    n_read = len(journal.records)
    assert n_read < len(recording.records)
    assert list(journal.records) == recording.records[:n_read]
    assert f"behind step {n_read} cannot be used" in journal.note
    assert journal.end <= place


@pytest.mark.parametrize("lengths", [(2**32 - 1, 0), (0, 2**32 - 1), (2**26 + 1, 5)])
def test_hostile_lengths_allocate_nothing(tmp_path, lengths):
    path = tmp_path / "journal"
    path.write_bytes(b"OUTCROP JOURNAL 1\n" + struct.pack("<III", *lengths, 0) + bytes(100))
    assert "not written completely" in read_journal(path).note


def framed(header, payload=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    lengths = struct.pack("<II", len(text), len(payload))
    return lengths + struct.pack("<I", zlib.crc32(lengths + text + payload)) + text + payload


HEADER = {"sequence": 1, "utc": "", "author": "", "action": "edit", "title": "", "changes": []}
PLACE = {"author": "a", "direction": "inline", "index": 0, "row": 0, "col": 0}
PATCH = {**PLACE, "n_rows": 2, "n_cols": 2, "bytes": 0}


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b"\xff",
        [],
        {**HEADER, "action": "format"},
        {**HEADER, "sequence": 2},
        {**HEADER, "changes": {}},
        {**HEADER, "changes": [{"patch": {}}]},
        {**HEADER, "changes": [{"patch": {**PATCH, "row": -1}}]},
        {**HEADER, "changes": [{"patch": {**PATCH, "bytes": -1}}]},
        {**HEADER, "changes": [{"patch": {**PATCH, "bytes": 10}}]},
        {**HEADER, "changes": [{"pick": {"before": 1, "after": None}}]},
        {**HEADER, "changes": [{"scheme": {"before": [], "after": []}}]},
    ],
)
def test_records_that_make_no_sense_are_left(tmp_path, header):
    path = tmp_path / "journal"
    path.write_bytes(b"OUTCROP JOURNAL 1\n" + framed(header))
    journal = read_journal(path)
    assert journal.records == ()
    assert "cannot be used" in journal.note


@pytest.mark.parametrize(
    "patch",
    [{**PATCH, "n_rows": 41}, {**PATCH, "col": 59}, {**PATCH, "n_rows": 2**31 - 1}, PATCH],
)
def test_labels_that_do_not_fit_the_data_are_left(tmp_path, patch):
    packed = zlib.compress(bytes(15))
    change = {"patch": {**patch, "bytes": len(packed)}}
    path = tmp_path / "journal"
    path.write_bytes(b"OUTCROP JOURNAL 1\n" + framed({**HEADER, "changes": [change]}, packed))
    journal = read_journal(path)
    replay = Replay(LabelState(shape_of, SCHEME))
    assert "step 1" in replay.run(journal.records)
    assert replay.steps == 0
    assert not replay.state.planes


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(b"something else altogether")
    with pytest.raises(ReadError, match="no journal"):
        read_journal(path)
    with pytest.raises(ReadError, match="cannot be read"):
        read_journal(tmp_path / "none")
    with pytest.raises(WriteError, match="cannot be written down"):
        JournalWriter(tmp_path / "none" / "journal")


def test_what_the_disk_refuses_is_taken_back(recorded, tmp_path, monkeypatch):
    _, recording, parts = recorded
    path = tmp_path / "journal"
    writer = JournalWriter(path)
    writer.append(parts[0])

    def full(_file):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("engine.session.journal.os.fsync", full)
        with pytest.raises(WriteError, match="No space left"):
            writer.append(parts[1])
    writer.append(parts[1])
    writer.close()
    assert list(read_journal(path).records) == recording.records[:2]


_WRITE = """
import sys
from pathlib import Path
from engine.session.journal import JournalWriter, Record
writer = JournalWriter(Path(sys.argv[1]))
for n in range(1, 1_000_000):
    writer.append(Record(n, "", "Ann", "undo", "x" * (n % 3000)).to_bytes())
    print(n, flush=True)
"""


def test_a_killed_program_loses_no_step_that_was_finished(tmp_path):
    path = tmp_path / "journal"
    root = Path(__file__).parents[3]
    words = [sys.executable, "-c", _WRITE, str(path)]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        told = 0
        while told < 40:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in process.stdout if line.endswith("\n"))])
    journal = read_journal(path)
    assert told <= journal.sequence <= told + 1
    writer = JournalWriter(path, journal.end)
    writer.append(Record(journal.sequence + 1, "", "Ann", "undo", "after").to_bytes())
    writer.close()
    assert read_journal(path).note == ""
