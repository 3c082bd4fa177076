"""Tables as text: how their characters, columns and numbers are written."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ReadError

_LARGEST_BYTES = 1 << 29
_OUTSIDE_QUOTES = re.compile(r'("[^"]*")|[;\t]')
_LINE_END = re.compile(r"\r\n?|\n")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_lines(path: Path) -> list[str]:
    """Read the lines of a text in UTF-8, in UTF-16 with its mark, or else in Latin-1.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    list of str
        Without line ends.

    Raises
    ------
    ReadError
        If the file cannot be read, is no text or is too large.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ReadError(path, "is too large for a table", hint="Name another file.")
        data = path.read_bytes()
    except OSError as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(path, f"cannot be read ({error.strerror})", hint="Check it.") from error
    text = _decoded(data)
    if "\0" in text:
        raise ReadError(path, "is no text", hint="Save the table as UTF-8 text.")
    return _LINE_END.split(text)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Cells:
    """How the cells of a table are told apart.

    Parameters
    ----------
    decimal_comma : bool
        Whether a comma is the decimal sign and does not part cells.
    """

    decimal_comma: bool

    @classmethod
    def of(cls, header: str) -> Cells:
        """Take them from the first line, which holds names only: commas there part cells."""
        return cls("," not in header)

    def split(self, line: str) -> list[str]:
        """Return the cells of a line, parted by semicolons, tabs and perhaps commas."""
        separator = ";" if self.decimal_comma else ","
        if '"' not in line:
            return line.replace("\t", separator).replace(";", separator).split(separator)
        even = _OUTSIDE_QUOTES.sub(lambda found: found[1] or separator, line)
        try:
            return next(csv.reader([even], delimiter=separator))
        except csv.Error:
            return []

    def number(self, cell: str) -> float:
        """Return the number of a cell.

        Parameters
        ----------
        cell : str
            With blanks around it.

        Returns
        -------
        float
            Perhaps not finite.

        Raises
        ------
        ValueError
            If it is none.
        """
        return float(cell.replace(",", ".") if self.decimal_comma else cell)
