"""The fields of the binary header and of the trace header, as the standard names them.

References
----------
.. [1] SEG Technical Standards Committee, "SEG-Y_r2.0: SEG-Y revision 2.0 Data
   Exchange format", 2017, tables 2 and 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field.

    Parameters
    ----------
    byte : int
        Position from 1, in the file for the binary header.
    kind : str
        Code of `struct`: ``i`` four bytes, ``h`` two, ``H`` two unsigned, ...
    name : str
        For people, close to the words of the standard.
    """

    byte: int
    kind: str
    name: str

    @property
    def n_bytes(self) -> int:
        """Size of the field."""
        return struct.calcsize("=" + self.kind)


BINARY_FIELDS = (
    HeaderField(3201, "i", "Job identification number"),
    HeaderField(3205, "i", "Line number"),
    HeaderField(3209, "i", "Reel number"),
    HeaderField(3213, "h", "Data traces per ensemble"),
    HeaderField(3215, "h", "Auxiliary traces per ensemble"),
    HeaderField(3217, "H", "Sample interval"),
    HeaderField(3219, "H", "Sample interval of original field recording"),
    HeaderField(3221, "H", "Samples per data trace"),
    HeaderField(3223, "H", "Samples per data trace of original field recording"),
    HeaderField(3225, "h", "Data sample format code"),
    HeaderField(3227, "h", "Ensemble fold"),
    HeaderField(3229, "h", "Trace sorting code"),
    HeaderField(3231, "h", "Vertical sum code"),
    HeaderField(3233, "h", "Sweep frequency at start"),
    HeaderField(3235, "h", "Sweep frequency at end"),
    HeaderField(3237, "h", "Sweep length"),
    HeaderField(3239, "h", "Sweep type code"),
    HeaderField(3241, "h", "Trace number of sweep channel"),
    HeaderField(3243, "h", "Sweep trace taper length at start"),
    HeaderField(3245, "h", "Sweep trace taper length at end"),
    HeaderField(3247, "h", "Taper type"),
    HeaderField(3249, "h", "Correlated data traces"),
    HeaderField(3251, "h", "Binary gain recovered"),
    HeaderField(3253, "h", "Amplitude recovery method"),
    HeaderField(3255, "h", "Measurement system"),
    HeaderField(3257, "h", "Impulse signal polarity"),
    HeaderField(3259, "h", "Vibratory polarity code"),
    HeaderField(3261, "i", "Extended data traces per ensemble"),
    HeaderField(3265, "i", "Extended auxiliary traces per ensemble"),
    HeaderField(3269, "i", "Extended samples per data trace"),
    HeaderField(3273, "d", "Extended sample interval"),
    HeaderField(3281, "d", "Extended sample interval of original field recording"),
    HeaderField(3289, "i", "Extended samples of original field recording"),
    HeaderField(3293, "i", "Extended ensemble fold"),
    HeaderField(3297, "I", "Byte order constant"),
    HeaderField(3501, "B", "Major revision"),
    HeaderField(3502, "B", "Minor revision"),
    HeaderField(3503, "h", "Fixed length trace flag"),
    HeaderField(3505, "h", "Extended textual headers"),
    HeaderField(3507, "i", "Additional trace headers"),
    HeaderField(3511, "h", "Time basis code"),
    HeaderField(3513, "Q", "Traces in this file"),
    HeaderField(3521, "Q", "Byte offset of first trace"),
    HeaderField(3529, "i", "Data trailer stanzas"),
)

TRACE_FIELDS = (
    HeaderField(1, "i", "Trace sequence number within line"),
    HeaderField(5, "i", "Trace sequence number within file"),
    HeaderField(9, "i", "Original field record number (FFID)"),
    HeaderField(13, "i", "Trace number within the field record"),
    HeaderField(17, "i", "Energy source point number"),
    HeaderField(21, "i", "Ensemble number (CDP)"),
    HeaderField(25, "i", "Trace number within the ensemble"),
    HeaderField(29, "h", "Trace identification code"),
    HeaderField(31, "h", "Vertically summed traces"),
    HeaderField(33, "h", "Horizontally stacked traces"),
    HeaderField(35, "h", "Data use"),
    HeaderField(37, "i", "Source to receiver distance (offset)"),
    HeaderField(41, "i", "Receiver group elevation"),
    HeaderField(45, "i", "Surface elevation at source"),
    HeaderField(49, "i", "Source depth below surface"),
    HeaderField(53, "i", "Datum elevation at receiver"),
    HeaderField(57, "i", "Datum elevation at source"),
    HeaderField(61, "i", "Water depth at source"),
    HeaderField(65, "i", "Water depth at group"),
    HeaderField(69, "h", "Scalar of elevations and depths"),
    HeaderField(71, "h", "Scalar of coordinates"),
    HeaderField(73, "i", "Source X"),
    HeaderField(77, "i", "Source Y"),
    HeaderField(81, "i", "Group X"),
    HeaderField(85, "i", "Group Y"),
    HeaderField(89, "h", "Coordinate units"),
    HeaderField(91, "h", "Weathering velocity"),
    HeaderField(93, "h", "Subweathering velocity"),
    HeaderField(95, "h", "Uphole time at source"),
    HeaderField(97, "h", "Uphole time at group"),
    HeaderField(99, "h", "Source static correction"),
    HeaderField(101, "h", "Group static correction"),
    HeaderField(103, "h", "Total static applied"),
    HeaderField(105, "h", "Lag time A"),
    HeaderField(107, "h", "Lag time B"),
    HeaderField(109, "h", "Delay recording time"),
    HeaderField(111, "h", "Mute time start"),
    HeaderField(113, "h", "Mute time end"),
    HeaderField(115, "H", "Samples in this trace"),
    HeaderField(117, "H", "Sample interval of this trace"),
    HeaderField(119, "h", "Gain type"),
    HeaderField(121, "h", "Instrument gain constant"),
    HeaderField(123, "h", "Instrument early gain"),
    HeaderField(125, "h", "Correlated"),
    HeaderField(127, "h", "Sweep frequency at start"),
    HeaderField(129, "h", "Sweep frequency at end"),
    HeaderField(131, "h", "Sweep length"),
    HeaderField(133, "h", "Sweep type"),
    HeaderField(135, "h", "Sweep trace taper length at start"),
    HeaderField(137, "h", "Sweep trace taper length at end"),
    HeaderField(139, "h", "Taper type"),
    HeaderField(141, "h", "Alias filter frequency"),
    HeaderField(143, "h", "Alias filter slope"),
    HeaderField(145, "h", "Notch filter frequency"),
    HeaderField(147, "h", "Notch filter slope"),
    HeaderField(149, "h", "Low-cut frequency"),
    HeaderField(151, "h", "High-cut frequency"),
    HeaderField(153, "h", "Low-cut slope"),
    HeaderField(155, "h", "High-cut slope"),
    HeaderField(157, "h", "Year recorded"),
    HeaderField(159, "h", "Day of year"),
    HeaderField(161, "h", "Hour of day"),
    HeaderField(163, "h", "Minute of hour"),
    HeaderField(165, "h", "Second of minute"),
    HeaderField(167, "h", "Time basis code"),
    HeaderField(169, "h", "Trace weighting factor"),
    HeaderField(171, "h", "Group number of roll switch position one"),
    HeaderField(173, "h", "Group number of first trace in record"),
    HeaderField(175, "h", "Group number of last trace in record"),
    HeaderField(177, "h", "Gap size"),
    HeaderField(179, "h", "Over travel"),
    HeaderField(181, "i", "CDP X"),
    HeaderField(185, "i", "CDP Y"),
    HeaderField(189, "i", "Inline number"),
    HeaderField(193, "i", "Crossline number"),
    HeaderField(197, "i", "Shotpoint number"),
    HeaderField(201, "h", "Scalar of shotpoint number"),
    HeaderField(203, "h", "Trace value measurement unit"),
    HeaderField(205, "i", "Transduction constant mantissa"),
    HeaderField(209, "h", "Transduction constant power of ten"),
    HeaderField(211, "h", "Transduction units"),
    HeaderField(213, "h", "Device or trace identifier"),
    HeaderField(215, "h", "Scalar of times"),
    HeaderField(217, "h", "Source type"),
    HeaderField(219, "h", "Source energy direction, vertical"),
    HeaderField(221, "h", "Source energy direction, crossline"),
    HeaderField(223, "h", "Source energy direction, inline"),
    HeaderField(225, "i", "Source measurement mantissa"),
    HeaderField(229, "h", "Source measurement power of ten"),
    HeaderField(231, "h", "Source measurement unit"),
    HeaderField(233, "i", "Unassigned (233)"),
    HeaderField(237, "i", "Unassigned (237)"),
)

TRACE_KINDS = {field.byte: field.kind for field in TRACE_FIELDS}
"""Byte -> code of `struct`, of the fields of the standard."""


def field_name(byte: int) -> str:
    """Return the name of the standard's field at a byte of the trace header.

    Parameters
    ----------
    byte : int
        Position from 1.

    Returns
    -------
    str
        Such as ``Inline number``; ``bytes 222 to 225`` where none begins there.
    """
    for field in TRACE_FIELDS:
        if field.byte == byte:
            return field.name
    return f"bytes {byte} to {byte + 3}"
