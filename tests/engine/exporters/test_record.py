import json

import pytest

from engine.errors import DataError
from engine.exporters.base import record_path
from engine.exporters.record import describe_record, read_record, refuse_results


def write(folder, files, *, name="out.sgy.json", **more):
    classes = [{"name": "Rock"}, {"name": "Fault"}]
    record = {"files": files, "content": "classes", "classes": classes}
    record["provenance"] = {"source": "in.sgy"}
    (folder / name).write_text(json.dumps(record | more))


def test_an_exported_file_is_recognised_and_refused_with_its_source(tmp_path):
    write(tmp_path, ["out.sgy"])
    with pytest.raises(DataError, match="holds classes that Outcrop exported") as caught:
        refuse_results(tmp_path / "out.sgy")
    assert "in.sgy" in caught.value.hint
    assert "0 Rock, 1 Fault" in describe_record(read_record(tmp_path / "out.sgy"))


def test_results_in_several_formats_have_a_record_each(tmp_path):
    names = ["craters.csv", "craters.gpkg", "craters.json"]
    records = [record_path(tmp_path / name).name for name in names]
    assert records == ["craters.csv.json", "craters.gpkg.json", "craters.json"]


@pytest.mark.parametrize("name", ["out.v2.Rock.sgy", "out.v2.sgy"])
@pytest.mark.parametrize("record", ["out.v2.sgy.json", "out.v2.json"])
def test_a_record_is_found_with_and_without_the_format_in_its_name(tmp_path, name, record):
    write(tmp_path, [name], name=record)
    assert read_record(tmp_path / name)["content"] == "classes"
    assert read_record(tmp_path / "out.sgy") is None


def test_probabilities_are_found_by_the_name_before_the_class(tmp_path):
    write(tmp_path, ["out.Rock.sgy", "out.Fault.sgy"], content="probabilities")
    assert read_record(tmp_path / "out.Fault.sgy")["content"] == "probabilities"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"files": null}', '{"files": ["b.sgy"]}'])
def test_other_files_beside_do_not_count(tmp_path, text):
    (tmp_path / "out.sgy.json").write_text(text)
    assert read_record(tmp_path / "out.sgy") is None
    refuse_results(tmp_path / "out.sgy")
