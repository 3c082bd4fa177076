"""What is open."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.session_model import SessionModel
from app.views.color_bar import amplitude_text
from app.views.navigator import decimals
from app.widgets.own_keys import OwnKeys
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.volume import Volume

_KINDS = {"volume": "3-D volume", "line": "2-D line"}


class DataPanel(QTreeWidget):
    """The open volume as a tree: axes, place and amplitudes.

    Parameters
    ----------
    model : SessionModel
        What it shows.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setAccessibleName(self.tr("Open data"))
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(True)
        self.setIndentation(12)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.installEventFilter(OwnKeys(self))
        model.volume_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.clear()
        opened = self._model.session.opened
        if opened is None:
            return
        volume = opened.volume
        root = QTreeWidgetItem([volume.path.name])
        self.addTopLevelItem(root)
        root.setFirstColumnSpanned(True)
        font = root.font(0)
        font.setBold(True)
        root.setFont(0, font)
        root.setToolTip(0, str(volume.path))
        _add(root, self.tr("Kind"), _KINDS.get(volume.kind, volume.kind))
        shape = " × ".join(str(axis.size) for axis in volume.axes)
        _add(root, self.tr("Size"), shape)
        axes = _add(root, self.tr("Axes"))
        for axis in volume.axes:
            _add(axes, axis.label, _range(axis))
        amplitudes = _add(root, self.tr("Amplitudes"))
        for name, value in _amplitudes(opened.statistics):
            _add(amplitudes, name, value)
        self._describe(root, volume)
        self.expandAll()

    def _describe(self, root: QTreeWidgetItem, volume: Volume) -> None:
        for section, value in volume.describe().items():
            if isinstance(value, dict):
                parent = _add(root, _title(section))
                for name, item in value.items():
                    if isinstance(item, (str, int, float)):
                        _add(parent, _title(name), str(item))
            elif isinstance(value, (str, int, float)) and "\n" not in str(value):
                _add(root, _title(section), str(value))


def _add(parent: QTreeWidgetItem, name: str, value: str = "") -> QTreeWidgetItem:
    item = QTreeWidgetItem([name, value])
    item.setToolTip(1, value)
    parent.addChild(item)
    if not value:
        item.setFirstColumnSpanned(True)
    return item


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _range(axis: Axis) -> str:
    places = decimals(axis)
    return f"{axis.first:.{places}f} – {axis.last:.{places}f}, step {axis.step:.{places}f}"


def _amplitudes(statistics: AmplitudeStatistics) -> tuple[tuple[str, str], ...]:
    return (
        ("Range", f"{amplitude_text(statistics.minimum)} – {amplitude_text(statistics.maximum)}"),
        ("Standard deviation", amplitude_text(statistics.std)),
        ("99th percentile", f"±{amplitude_text(statistics.clip(99.0))}"),
    )
