"""What is asked when a project is opened or named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from engine.core.place_lock import PlaceTakenError
from engine.errors import WriteError
from engine.session.project_data import DataMovedError


def project_dialog(window: QWidget, title: str, folder: str) -> QFileDialog:
    """Return a dialog for a project's folder, not shown yet.

    Parameters
    ----------
    window : QWidget
        Its owner.
    title : str
        What is asked for.
    folder : str
        Where to begin.

    Returns
    -------
    QFileDialog
        Removed when it is closed.
    """
    dialog = QFileDialog(window, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # The system's own dialogs cannot name a folder that is not there yet.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setNameFilter(_tr("Outcrop projects (*.outcrop)"))
    return dialog


def offer_reading(
    window: QWidget, folder: Path, error: WriteError, read: Callable[[], object]
) -> None:
    """Say why a project cannot be written to, and offer to open it for reading only.

    Parameters
    ----------
    window : QWidget
        Owner of the question.
    folder : pathlib.Path
        The project.
    error : WriteError
        What keeps from writing, such as another window that has it.
    read : callable
        Called if it is to be read.
    """
    taken = isinstance(error, PlaceTakenError)
    text = _tr("{0} is open in another window.").format(folder.name)
    box = _question(window, text if taken else str(error))
    why = _tr("Two windows would overwrite each other's labels. Here it can be read.")
    box.setInformativeText(why if taken else _tr("It can be read, but nothing can be labelled."))
    button = box.addButton(_tr("Open for reading only"), QMessageBox.ButtonRole.AcceptRole)
    button.clicked.connect(lambda _checked=False: read())
    box.open()


def ask_for_data(window: QWidget, error: DataMovedError, use: Callable[[Path], object]) -> None:
    """Ask where the data of a project are now.

    Parameters
    ----------
    window : QWidget
        Owner of the question.
    error : DataMovedError
        What was not found.
    use : callable
        Called with the file or folder that the user chose.
    """

    def choose(*, folder: bool) -> None:
        dialog = QFileDialog(window, _tr("Where is {0}?").format(error.data.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode
        dialog.setFileMode(mode.Directory if folder else mode.ExistingFile)
        dialog.fileSelected.connect(lambda name: use(Path(name)))
        dialog.open()

    box = _question(window, str(error))
    box.setInformativeText(
        _tr("Say where they are now; only the same data are taken, wherever they lie.")
    )
    role = QMessageBox.ButtonRole.AcceptRole
    file = box.addButton(_tr("Choose the file…"), role)
    file.clicked.connect(lambda _checked=False: choose(folder=False))
    whole = box.addButton(_tr("Choose a folder…"), role)
    whole.clicked.connect(lambda _checked=False: choose(folder=True))
    box.setDefaultButton(file)
    box.open()


def _question(window: QWidget, text: str) -> QMessageBox:
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Outcrop")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.addButton(QMessageBox.StandardButton.Cancel)
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("ProjectQuestions", text)
