import pytest

from engine.core.volume import kind_text


@pytest.mark.parametrize(
    ("kind", "told"),
    [("volume", "a volume"), ("image", "an image"), ("gathers", "a file of gathers")],
)
def test_a_kind_of_data_has_the_article_that_fits(kind, told):
    assert kind_text(kind) == told
