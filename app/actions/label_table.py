"""The actions of the Label menu as data."""

from __future__ import annotations

from app.actions.spec import ActionSpec

_MENU = "&Label"
_CLASS, _CERTAINTY = f"{_MENU}/&Class", f"{_MENU}/Ho&w certain"
_SHOWN = f"{_MENU}/S&how"

TOOLS: tuple[ActionSpec, ...] = (
    ActionSpec("brush", _MENU, "&Brush", ("B",), "Paint; Shift leaves out, Alt+drag resizes."),
    ActionSpec("eraser", _MENU, "&Eraser", ("E",), "Take labels away; Shift leaves out."),
    ActionSpec(
        "polygon",
        _MENU,
        "Poly&gon and lasso",
        ("G",),
        "Drag a lasso, or click corners and double-click; Shift leaves out.",
    ),
    ActionSpec("fill", _MENU, "&Fill", ("F",), "Click: fill what is connected and looks alike."),
    ActionSpec(
        "threshold", _MENU, "&Threshold", tip="Drag: label amplitudes between two in a rectangle."
    ),
    ActionSpec(
        "pick",
        _MENU,
        "Fault stic&k or polyline",
        ("K",),
        "Click: seed; double-click: end; Shift+click: new stick; Ctrl+click: remove node.",
    ),
    ActionSpec(
        "accept", _MENU, "&Accept prediction", ("A",), "Paint with what the model says here."
    ),
)
"""Tools by the names that `SessionModel.set_tool` takes."""

TOOL_CHOICE = "tool"
"""Choice of one tool, or of none."""
CERTAINTIES = ("possible", "probable", "certain")
"""Actions that choose certainty 1, 2 and 3."""
N_CLASS_KEYS = 10
"""Classes that have a key: their id."""

LABELLING_STEPS = (
    "interpolate",
    "copy_to_next",
    "accept_visible",
    "label_rest",
    "threshold_visible",
    "paint_picks",
    "clear_slice",
    "import_labels",
)
"""Actions that change labels at once; a project that may only be read has none of them."""

# Of a choice: the key of the tool in use keeps it.
_TOOLS = tuple(
    ActionSpec(
        s.key, s.menu, s.text, s.shortcuts, s.tip, "volume", checkable=True, choice=TOOL_CHOICE
    )
    for s in TOOLS
)
_CLASSES = tuple(
    ActionSpec(f"class_{number}", _CLASS, f"Class {number}", (str(number),), needs="volume")
    for number in range(N_CLASS_KEYS)
)

LABEL_ACTIONS: tuple[ActionSpec, ...] = (
    *_TOOLS,
    ActionSpec(
        "similar",
        _MENU,
        "&Similar",
        ("W",),
        "Click: what looks alike; Shift adds, Ctrl takes away, Enter paints.",
        "model",
        checkable=True,
        choice=TOOL_CHOICE,
    ),
    ActionSpec(
        "larger_brush", _MENU, "&Larger brush", ("]", "."), needs="volume", starts_group=True
    ),
    ActionSpec("smaller_brush", _MENU, "S&maller brush", ("[", ","), needs="volume"),
    *_CLASSES,
    ActionSpec(
        "certain", _CERTAINTY, "&Certain", needs="volume", checkable=True, choice="certainty"
    ),
    ActionSpec(
        "probable",
        _CERTAINTY,
        "&Probable",
        tip="Counts half in training.",
        needs="volume",
        checkable=True,
        choice="certainty",
    ),
    ActionSpec(
        "possible",
        _CERTAINTY,
        "P&ossible",
        tip="Counts a quarter in training.",
        needs="volume",
        checkable=True,
        choice="certainty",
    ),
    ActionSpec(
        "interpolate",
        _MENU,
        "Interp&olate between slices",
        tip="Label the slices between the nearest two that are labelled: as probable at most, and"
        " no surer than those two.",
        needs="slices",
        starts_group=True,
    ),
    ActionSpec(
        "copy_to_next",
        _MENU,
        "Cop&y to next slice",
        ("Ctrl+Right",),
        "Copy the labels of this slice where the next has none, and go there.",
        "slices",
    ),
    ActionSpec(
        "accept_visible",
        _MENU,
        "Accept prediction everywhere &visible",
        tip="Label what is on the screen and not labelled yet with what the model says.",
        needs="volume",
    ),
    ActionSpec(
        "label_rest",
        _MENU,
        "Label the rest as background",
        tip="Label all here that nobody has labelled: as background, if a class is, else with the"
        " chosen class.",
        needs="volume",
    ),
    ActionSpec(
        "threshold_visible",
        _MENU,
        "Threshol&d everywhere visible",
        tip="Label amplitudes between two on the screen.",
        needs="volume",
    ),
    ActionSpec(
        "paint_picks",
        _MENU,
        "&Paint picks as labels",
        tip="Label the samples along the sticks and polylines of this slice.",
        needs="volume",
    ),
    ActionSpec(
        "clear_slice", _MENU, "Clea&r slice", tip="Erase your labels of it.", needs="volume"
    ),
    ActionSpec(
        "next_labelled",
        _MENU,
        "&Next labelled slice",
        ("Ctrl+PgDown",),
        needs="slices",
        starts_group=True,
    ),
    ActionSpec(
        "previous_labelled", _MENU, "Previo&us labelled slice", ("Ctrl+PgUp",), needs="slices"
    ),
    ActionSpec("show_labels", _SHOWN, "&Labels", ("Shift+V",), checkable=True),
    ActionSpec(
        "show_others", _SHOWN, "Labels of &others", tip="Where you have none.", checkable=True
    ),
    ActionSpec(
        "show_disagreement",
        _SHOWN,
        "&Disagreement",
        tip="Mark where two interpreters name different classes.",
        checkable=True,
    ),
)
