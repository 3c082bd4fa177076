"""All actions as data: what they are called, where they stand, which keys call them."""

from __future__ import annotations

from app.actions.label_table import LABEL_ACTIONS
from app.actions.learning_table import LEARNING_ACTIONS
from app.actions.spec import ActionSpec

MENUS = (
    "&File",
    "&Edit",
    "&View",
    "&Label",
    "&Model",
    "&Train",
    "&Batch",
    "&Window",
    "&Help",
)
"""Menus from left to right."""

VIEWS = ("one_view", "two_views", "three_views")
"""Actions that show one section, two and so on."""

_TRACES, _SPLIT = "&View/T&races", "&View/Sp&lit"

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "&File", "&Open…", ("Ctrl+O",), "Open a SEG-Y volume or line."),
    ActionSpec(
        "open_headers",
        "&File",
        "Open with &headers…",
        ("Ctrl+Shift+O",),
        "Look at the headers of a SEG-Y file and say where its geometry is.",
    ),
    ActionSpec(
        "open_folder",
        "&File",
        "Open fo&lder…",
        tip="Open a folder that is one data set: a Zarr or MDIO store, or consecutive DAS files.",
    ),
    ActionSpec("open_demo", "&File", "Open the &demo survey", tip="A small synthetic survey."),
    ActionSpec(
        "new_project",
        "&File",
        "&New project…",
        ("Ctrl+N",),
        "Begin to label the open data anew, in a folder of its own.",
        "volume",
        starts_group=True,
    ),
    ActionSpec(
        "open_project",
        "&File",
        "Open pro&ject…",
        tip="Open data with their labels, as they were left.",
    ),
    ActionSpec(
        "save",
        "&File",
        "&Save",
        ("Ctrl+S",),
        "Save labels and view in the project; asks for its name the first time.",
        "volume",
    ),
    ActionSpec(
        "save_as",
        "&File",
        "Save project &as…",
        ("Ctrl+Shift+S",),
        "Go on in a copy of the project.",
        "volume",
    ),
    ActionSpec(
        "figure",
        "&File",
        "Export &figure…",
        tip="Write the section with axes, colour bar, legend and scale as PNG or SVG.",
        needs="volume",
        starts_group=True,
    ),
    ActionSpec(
        "display_copies",
        "&File",
        "Dis&play copies…",
        tip="Copies of large volumes that let all directions scroll at once.",
    ),
    ActionSpec("close", "&File", "&Close", ("Ctrl+W",), needs="volume", starts_group=True),
    ActionSpec("quit", "&File", "&Quit", ("Ctrl+Q",), starts_group=True),
    ActionSpec("undo", "&Edit", "&Undo", ("Ctrl+Z",), needs="undo"),
    ActionSpec("redo", "&Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), needs="redo"),
    ActionSpec("inline", "&View", "&Inline", ("I",), "Look along inlines.", "volume"),
    ActionSpec("crossline", "&View", "Cr&ossline", ("X",), "Look along crosslines.", "volume"),
    ActionSpec("slice", "&View", "&Time or depth slice", ("T",), "Look from above.", "volume"),
    ActionSpec(
        "arbitrary",
        "&View",
        "&Arbitrary line",
        ("R",),
        "Look along the line that was drawn on the map, or draw one.",
        "volume",
    ),
    ActionSpec(
        "draw_line",
        "&View",
        "&Draw an arbitrary line",
        ("Shift+R",),
        "Click its nodes on the map; double-click ends it, Esc leaves.",
        "volume",
    ),
    ActionSpec("remove_line", "&View", "Remove this ar&bitrary line", needs="volume"),
    ActionSpec("next", "&View", "&Next slice", ("Right",), needs="slices", starts_group=True),
    ActionSpec("previous", "&View", "&Previous slice", ("Left",), needs="slices"),
    ActionSpec("page_next", "&View", "Ten slices on", ("PgDown",), needs="slices"),
    ActionSpec("page_previous", "&View", "Ten slices back", ("PgUp",), needs="slices"),
    ActionSpec(
        "go_to",
        "&View",
        "&Go to a number…",
        ("Ctrl+G",),
        "Type a line number, time or depth; Return goes there, Escape does not.",
        "slices",
    ),
    ActionSpec("one_view", _SPLIT, "&One section", needs="volume", checkable=True, choice="split"),
    ActionSpec(
        "two_views",
        _SPLIT,
        "&Two sections",
        tip="A second direction beside the first; double-click goes to a place in it.",
        needs="several",
        checkable=True,
        choice="split",
    ),
    ActionSpec(
        "three_views",
        _SPLIT,
        "Three &sections",
        tip="All three directions side by side; double-click goes to a place in the others.",
        needs="several",
        checkable=True,
        choice="split",
    ),
    ActionSpec("fit", "&View", "&Fit to window", ("Home",), needs="volume", starts_group=True),
    ActionSpec(
        "true_scale",
        "&View",
        "&Keep true proportions",
        tip="As many pixels per metre downwards as to the right, or free.",
        needs="volume",
        checkable=True,
    ),
    ActionSpec(
        "swapped",
        "&View",
        "S&wap the axes",
        tip="Draw a DAS record with time to the right and channels downwards.",
        needs="record",
        checkable=True,
    ),
    ActionSpec(
        "measure",
        "&View",
        "&Measure",
        tip="Drag a line: distances, dip and apparent velocity; Esc leaves.",
        needs="volume",
        checkable=True,
    ),
    ActionSpec("gain_up", "&View", "Gain +3 dB", ("Up",), needs="volume", starts_group=True),
    ActionSpec("gain_down", "&View", "Gain −3 dB", ("Down",), needs="volume"),
    ActionSpec("auto_clip", "&View", "Automatic &clip", ("C",), "99th percentile, 0 dB.", "volume"),
    ActionSpec(
        "density",
        _TRACES,
        "Variable &density",
        tip="Colours.",
        checkable=True,
        choice="drawing",
    ),
    ActionSpec(
        "wiggles",
        _TRACES,
        "&Wiggles",
        tip="Curves with filled peaks; as many traces as can be told apart.",
        checkable=True,
        choice="drawing",
    ),
    ActionSpec(
        "both",
        _TRACES,
        "Wiggles &over density",
        tip="Curves over colours.",
        checkable=True,
        choice="drawing",
    ),
    ActionSpec(
        "flipped",
        _TRACES,
        "&Reverse the display",
        tip="Draw peaks as troughs; the amplitudes that are read out stay.",
        checkable=True,
        starts_group=True,
    ),
    *LABEL_ACTIONS,
    ActionSpec(
        "import_labels",
        "&Label",
        "&Import labels…",
        tip="Add masks, class volumes, fault sticks, polylines or classes, as one step of undo.",
        needs="volume",
        starts_group=True,
    ),
    ActionSpec(
        "export_labels",
        "&Label",
        "E&xport labels…",
        tip="Write what is labelled in the formats of other programs.",
        needs="volume",
    ),
    ActionSpec(
        "segment",
        "&Model",
        "&Segment this slice",
        ("Shift+L",),
        "Predict the classes of the slice on the screen.",
        "model",
    ),
    ActionSpec(
        "live",
        "&Model",
        "Segment &live",
        ("L",),
        "Predict each slice that is shown.",
        "model",
        checkable=True,
    ),
    ActionSpec("overlay", "&Model", "Show &classes", ("V",), checkable=True, starts_group=True),
    ActionSpec("outline", "&Model", "&Outlines only", ("O",), checkable=True),
    ActionSpec(
        "next_model",
        "&Model",
        "&Next model",
        ("M",),
        "Use the next model of the list.",
        "models",
        starts_group=True,
    ),
    ActionSpec(
        "previous_model",
        "&Model",
        "&Previous model",
        ("Shift+M",),
        "Use the model before in the list.",
        "models",
    ),
    ActionSpec(
        "model_card",
        "&Model",
        "Model car&d…",
        tip="Read all that was written down about the model.",
        needs="chosen",
    ),
    ActionSpec(
        "open_model",
        "&Model",
        "Open model &folder…",
        tip="List a model of your own, or all models in a folder, now and from now on.",
        starts_group=True,
    ),
    ActionSpec(
        "refresh_models",
        "&Model",
        "Look for models &again",
        tip="List the bundled and installed models anew.",
    ),
    ActionSpec(
        "fine_tune",
        "&Train",
        "&Fine-tune on the labels…",
        ("Ctrl+T",),
        "Train a model on what is labelled; see first what it takes.",
        "volume",
    ),
    ActionSpec(
        "export",
        "&Batch",
        "Segment and &export the volume…",
        ("Ctrl+E",),
        "Write classes or probabilities of every slice as SEG-Y.",
        "model",
    ),
    *LEARNING_ACTIONS,
    ActionSpec("keys", "&Help", "&Keys and mouse", ("?",)),
    ActionSpec("about", "&Help", "&About Outcrop", starts_group=True),
)


def key_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the keys of all actions by menu.

    Returns
    -------
    list of (str, list of (str, str))
        Title of the menu, with pairs of key and meaning.
    """
    groups = []
    for menu in MENUS:
        pairs = [
            (" or ".join(spec.shortcuts), spec.text.replace("&", ""))
            for spec in ACTIONS
            if spec.menu.split("/")[0] == menu and spec.shortcuts
        ]
        if pairs:
            groups.append((menu.replace("&", ""), pairs))
    return groups
