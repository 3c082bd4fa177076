"""Importing the libraries of models on several lanes."""

from __future__ import annotations

import threading
from typing import Final

MODEL_IMPORTS: Final = threading.RLock()
"""Held while torch and what stands on it are imported: packages that import each other,
on two threads at once, could find one another half made."""
