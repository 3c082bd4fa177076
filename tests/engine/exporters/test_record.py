import json

import pytest

from engine.errors import DataError
from engine.exporters.record import describe_record, read_record, refuse_results


def write(folder, files, **more):
    classes = [{"name": "Rock"}, {"name": "Fault"}]
    record = {"files": files, "content": "classes", "classes": classes}
    record["provenance"] = {"source": "in.sgy"}
    (folder / "out.json").write_text(json.dumps(record | more))


def test_an_exported_file_is_recognised_and_refused_with_its_source(tmp_path):
    write(tmp_path, ["out.sgy"])
    with pytest.raises(DataError, match="holds classes that Outcrop exported") as caught:
        refuse_results(tmp_path / "out.sgy")
    assert "in.sgy" in caught.value.hint
    assert "0 Rock, 1 Fault" in describe_record(read_record(tmp_path / "out.sgy"))


def test_probabilities_are_found_by_the_name_before_the_class(tmp_path):
    write(tmp_path, ["out.Rock.sgy", "out.Fault.sgy"], content="probabilities")
    assert read_record(tmp_path / "out.Fault.sgy")["content"] == "probabilities"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"files": null}', '{"files": ["b.sgy"]}'])
def test_other_files_beside_do_not_count(tmp_path, text):
    (tmp_path / "out.json").write_text(text)
    assert read_record(tmp_path / "out.sgy") is None
    refuse_results(tmp_path / "out.sgy")
