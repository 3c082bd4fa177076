"""Textual headers: 40 lines of 80 characters, EBCDIC or ASCII."""

from __future__ import annotations

import re

TEXT_BYTES = 3200
_LINE = 80
_END_TEXT = "((SEG:ENDTEXT))"
_OTHER_DEPTHS = "".join(
    rf"(?<!{word} )" for word in ("water", "source", "gun", "cable", "streamer", "receiver", "tow")
)
_DEPTH = re.compile(
    _OTHER_DEPTHS
    + r"\bdepth\s*(?:\(\s*\w+\s*\)\s*)?(?:min|max|range|domain|step|interval|sample|sampling)"
    r"|\bdomain\s*[:=]?\s*depth"
    r"|\b(?:vertical|sample|z)\s+(?:axis|domain|units?)\s*[:=]\s*(?:depth|m\b|met|ft\b|feet)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\btime\s*(?:\(\s*\w+\s*\)\s*)?(?:min|max|range|domain)\b|\bdomain\s*[:=]?\s*(?:two.way\s+)?time"
    r"|\btwt\b",
    re.IGNORECASE,
)


def text_encoding(block: bytes) -> str:
    """Tell how a textual header is encoded.

    Parameters
    ----------
    block : bytes
        3200 bytes.

    Returns
    -------
    str
        ``EBCDIC`` or ``ASCII``, by which kind of space and ``C`` is there.
    """
    ebcdic = block.count(0x40) + block.count(0xC3) > block.count(0x20) + block.count(0x43)
    return "EBCDIC" if ebcdic else "ASCII"


def decode_text(block: bytes) -> list[str]:
    """Decode one textual header.

    Parameters
    ----------
    block : bytes
        3200 bytes, EBCDIC (code page 037) or ASCII.

    Returns
    -------
    list of str
        40 lines without trailing space; characters that cannot be printed are
        replaced by a space.
    """
    text = block.decode("cp037" if text_encoding(block) == "EBCDIC" else "latin-1")
    text = "".join(c if c.isprintable() else " " for c in text)
    return [text[i : i + _LINE].rstrip() for i in range(0, len(text), _LINE)]


def starts_with_card(block: bytes) -> bool:
    """Tell whether a block begins with a ``C 1`` card, in EBCDIC or ASCII."""
    return any(
        re.match(r"C\s{0,2}0?1\b", block[:8].decode(codec)) for codec in ("cp037", "latin-1")
    )


def ends_extended_text(block: bytes) -> bool:
    """Tell whether an extended textual header is the closing stanza."""
    first = "".join(decode_text(block)[0].split()).upper()
    return first.startswith(_END_TEXT)


def tells_depth(lines: list[str]) -> bool:
    """Tell whether the text says that samples are depths.

    Parameters
    ----------
    lines : list of str
        Decoded lines of all textual headers.

    Returns
    -------
    bool
        True when it speaks of a range, step or domain of depth and of none of
        time.
    """
    text = "\n".join(lines)
    return bool(_DEPTH.search(text)) and not _TIME.search(text)
