"""Work tried in a process of its own, which the kernel ends where it computes for too long."""

import os
import resource
import signal
import sys
from collections.abc import Callable


def ended_by(work: Callable[[], object], seconds: int = 20) -> int:
    """How a fork of this process ended that did ``work``: 0, or the number of the signal.

    SIGXCPU where it took more than ``seconds`` of the processor, which what is linear takes
    thousandths of; 1 where it raised, which is printed.
    """
    child = os.fork()
    if not child:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            work()
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    _child, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
