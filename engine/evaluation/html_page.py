"""One HTML file that needs nothing else: style and pictures are inside."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff;
  max-width: 64rem; margin: 2rem auto; padding: 0 1.2rem }
h1 { font-size: 1.6rem; margin-bottom: .2rem }
h2 { font-size: 1.15rem; margin-top: 2.2rem }
p.lead { color: #444; margin-top: 0 }
p.warning { border-left: 4px solid #D55E00; padding: .4rem .8rem; background: #fdf3ec }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .8rem 0 }
caption { caption-side: bottom; text-align: left; color: #555; font-size: .85rem }
th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #e3e3e3 }
th:first-child, td:first-child { text-align: left }
thead th { border-bottom: 2px solid #888 }
.published { color: #555; background: #f5f5f5; font-style: italic }
figure { margin: 1.2rem 0 }
figure img { max-width: 100%; height: auto }
figcaption { color: #555; font-size: .85rem }
.scroll { overflow-x: auto }
@media print { body { margin: 0; max-width: none } figure, table { break-inside: avoid } }
"""


class HtmlPage:
    """Collects the parts of a report.

    Parameters
    ----------
    title : str
        Of the page.
    lead : str
        One sentence under it.
    """

    def __init__(self, title: str, lead: str) -> None:
        self._title = title
        self._parts = [f"<h1>{escape(title)}</h1>", f'<p class="lead">{escape(lead)}</p>']

    def heading(self, text: str) -> None:
        """Begin a section."""
        self._parts.append(f"<h2>{escape(text)}</h2>")

    def paragraph(self, text: str, *, warning: bool = False) -> None:
        """Add a paragraph; a warning stands out."""
        kind = ' class="warning"' if warning else ""
        self._parts.append(f"<p{kind}>{escape(text)}</p>")

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        caption: str = "",
        published: frozenset[int] = frozenset(),
        folded: str = "",
    ) -> None:
        """Add a table.

        Parameters
        ----------
        header : sequence of str
            Titles of the columns.
        rows : sequence of sequence of str
            Cells, as many in each row as there are titles.
        caption : str, default ""
            Text under the table.
        published : frozenset of int, default empty
            Columns that hold values of others; they are set apart.
        folded : str, default ""
            Text to click that shows the table; it is always shown when left out.
        """

        def line(cells: Sequence[str], tag: str) -> str:
            marks = [' class="published"' if i in published else "" for i in range(len(cells))]
            inner = "".join(
                f"<{tag}{mark}>{escape(cell)}</{tag}>"
                for cell, mark in zip(cells, marks, strict=True)
            )
            return f"<tr>{inner}</tr>"

        body = "".join(line(row, "td") for row in rows)
        note = f"<caption>{escape(caption)}</caption>" if caption else ""
        text = (
            f'<div class="scroll"><table>{note}<thead>{line(header, "th")}</thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
        if folded:
            text = f"<details><summary>{escape(folded)}</summary>{text}</details>"
        self._parts.append(text)

    def figure(self, image: bytes, caption: str) -> None:
        """Embed a PNG; the caption also stands for it where it cannot be seen."""
        data = base64.b64encode(image).decode("ascii")
        self._parts.append(
            f'<figure><img src="data:image/png;base64,{data}" alt="{escape(caption, quote=True)}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )

    def render(self) -> str:
        """Return the page.

        Returns
        -------
        str
            HTML, complete; it names no other file and no address.
        """
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{escape(self._title)}</title><style>{_STYLE}</style></head>\n<body>\n"
            + "\n".join(self._parts)
            + "\n</body></html>\n"
        )
