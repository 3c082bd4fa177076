"""What an action is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Parameters
    ----------
    key : str
        Its name in the program.
    menu : str
        The menu it stands in; after a slash, the one inside that.
    text : str
        For people; the ampersand marks the mnemonic.
    shortcuts : tuple of str, default ()
        Keys, the first shown in the menu.
    tip : str, default ""
        One sentence more.
    needs : str, default ""
        What must be there for it to be enabled: nothing, an open ``volume``, a volume
        of ``slices``, one of ``several`` directions, a volume and a usable ``model``,
        any of ``models`` on the list, one that is ``chosen``, an ``instant`` model,
        something to ``undo`` or to ``redo``.
    checkable : bool, default False
        Whether it is a switch.
    starts_group : bool, default False
        Whether a line is drawn above it.
    choice : str, default ""
        Switches with the same word here exclude each other.
    """

    key: str
    menu: str
    text: str
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    needs: str = ""
    checkable: bool = False
    starts_group: bool = False
    choice: str = ""
