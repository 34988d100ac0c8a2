"""What ``ps`` and ``top`` call our processes, which are forks of one command."""

import sys

_PR_SET_NAME = 15
_LONGEST = 15


def name_process(name: str) -> None:
    """Calls this process ``wiki-<name>``, in as many bytes as the kernel keeps (Linux only)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_NAME, f"wiki-{name}".encode()[:_LONGEST])
