"""What ``outcrop info`` tells people about an image."""

from __future__ import annotations

from typing import Any

from engine.core.degrees import degrees_text

_DIGITS = 6


def image_lines(facts: dict[str, Any]) -> list[str]:
    """Put the facts of an image into words.

    Parameters
    ----------
    facts : dict
        From the `describe` of a volume of kind ``image``.

    Returns
    -------
    list of str
        One line for each subject.
    """
    bands, values = facts["bands"], facts["values"]
    shown = "+".join(str(band) for band in bands["shown"])
    overviews = ", ".join(f"1:{factor}" for factor in facts["overviews"]) or "none"
    stored = f", {facts['compression']}" if facts["compression"] else ""
    height, width = facts["block"]
    lines = [
        f"Samples: {facts['data_type']}, band {shown} of {bands['count']}{stored}, "
        f"in blocks of {height} x {width}; overviews: {overviews}",
        *_place_lines(facts["georeference"]),
        f"Values: {_range(values)}",
    ]
    if values["n_bad"]:
        lines.append(f"{values['n_bad']} pixels of them are not finite: shown as no data")
    return lines


def _range(values: dict[str, Any]) -> str:
    if values["n"] == 0:
        return "no data in the pixels that were looked at"
    return (
        f"{values['minimum']:g} to {values['maximum']:g}, 1% below "
        f"{values['percentiles']['1']:g}, 1% above {values['percentiles']['99']:g} "
        f"(sample of {values['n']})"
    )


def _place_lines(place: dict[str, Any] | None) -> list[str]:
    if place is None:
        return ["Not georeferenced: positions and diameters are in pixels"]
    size = place["metres_per_pixel"]
    lines = [f"Projection: {place['crs']}"]
    if size["down"] is not None:
        lines.append(
            f"Pixels at the centre: {size['across']:.6g} m across, {size['down']:.6g} m down"
        )
    lines += [
        f"{name.replace('_', ' ').capitalize()}: {_degrees(corner)}"
        for name, corner in (("centre", place["centre"]), *place["corners"].items())
    ]
    return lines


def _degrees(place: dict[str, Any]) -> str:
    if place["longitude"] is None:
        return "off the body"
    return ", ".join(degrees_text(place["longitude"], place["latitude"], _DIGITS))
