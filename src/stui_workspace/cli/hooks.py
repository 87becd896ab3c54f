"""What nobody caught, told in one line: Python's own words repeat people's texts, and ours do not.

`guarded` catches what a command raises. What a thread or a destructor raises comes
here instead, and the kind of the error and the place in the code are all that is said of it.
"""

from __future__ import annotations

import sys
import threading
from types import TracebackType


def tell_the_rest_shortly() -> None:
    """Let errors that nobody catches be told without messages, source lines and values."""
    sys.excepthook = lambda kind, _error, trace: _tell(kind, trace)
    sys.unraisablehook = lambda found: _tell(found.exc_type, found.exc_traceback)
    threading.excepthook = lambda found: _tell(found.exc_type, found.exc_traceback)


def _tell(kind: type[BaseException], trace: TracebackType | None) -> None:
    if kind is SystemExit or sys.stderr is None:
        return
    place = "an unknown place"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    try:
        sys.stderr.write(f"stui: a bug in stui, not in your files: {kind.__name__} at {place}\n")
    except (OSError, ValueError):
        return  # nobody is there to be told
