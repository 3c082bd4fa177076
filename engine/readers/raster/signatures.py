"""Tells raster formats by their first bytes, without GDAL."""

from __future__ import annotations

SNIFFED_BYTES = 8192

_MAGIC = (
    (b"II*\0", "GTiff"),
    (b"MM\0*", "GTiff"),
    (b"II+\0", "GTiff"),
    (b"MM\0+", "GTiff"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\0\0\0\x0cjP  ", "JP2OpenJPEG"),
    (b"\xff\x4f\xff\x51", "JP2OpenJPEG"),
    (b"LBLSIZE=", "VICAR"),
    (b"NJPL1I00PDS", "PDS"),
    (b"CCSD3ZF", "PDS"),
)
_WORDS = (
    (b"IsisCube", "ISIS3"),
    (b"PDS_VERSION_ID", "PDS"),
    (b"<VRTDataset", "VRT"),
)
_PDS4_ROOTS = (b"Product_Observational", b"Product_Ancillary", b"Product_Browse")

VIRTUAL = "VRT"
"""A list of other files, which this reader recognises in order to refuse it."""


def raster_driver(head: bytes) -> str | None:
    """Return the GDAL driver for a file.

    Parameters
    ----------
    head : bytes
        The first `SNIFFED_BYTES` of the file, or fewer where it is shorter.

    Returns
    -------
    str or None
        ``GTiff``, ``PNG``, ``JPEG``, ``JP2OpenJPEG``, ``ISIS3``, ``PDS``,
        ``PDS4``, ``VICAR``, `VIRTUAL`; None for anything else.
    """
    for magic, driver in _MAGIC:
        if head.startswith(magic):
            return driver
    if b"pds.nasa.gov/pds4" in head and any(root in head for root in _PDS4_ROOTS):
        return "PDS4"
    return next((driver for word, driver in _WORDS if word in head), None)
