"""Places on a body in words."""

from __future__ import annotations


def degrees_text(longitude: float, latitude: float, digits: int) -> tuple[str, str]:
    """Return a place with the letters that fit, never with signs.

    Parameters
    ----------
    longitude : float
        Degrees, east-positive, from -180 to 180 or 0 to 360.
    latitude : float
        Degrees, north-positive.
    digits : int
        Decimals.

    Returns
    -------
    tuple of str
        Latitude and longitude, such as ``87.05° S`` and ``26.57° W``.
    """
    north, east = ("S" if latitude < 0 else "N"), ("W" if longitude < 0 else "E")
    return f"{abs(latitude):.{digits}f}° {north}", f"{abs(longitude):.{digits}f}° {east}"
