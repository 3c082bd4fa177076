"""A section view by itself."""

import pytest
from PySide6.QtWidgets import QApplication

from app.views.section_view import SectionView
from tests.app.fakes import FakeVolume, slice_of


@pytest.fixture
def view(qtbot):
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    view.show_slice(slice_of(FakeVolume(), "inline", 3))
    QApplication.processEvents()
    return view
