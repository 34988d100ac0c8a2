"""``make fuzz``: other examples until the time is up, and how to see a fault again.

``python -m tests.fuzz MINUTES [SEED]``. With a SEED one round is made, that one again;
``--coverage TEST`` has atheris, where it is installed, look for ways through the code that were not
gone yet: ``python -m tests.fuzz 10 --coverage test_files.py::test_any_drawing…``.
"""

import argparse
import os
import resource
import secrets
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
#: of the examples in a run of all tests, in one round
TIMES = 20
#: bytes that a process may hold: an example that takes more is a fault
MEMORY = 4 << 30
#: seconds for one test of one round; what hangs is a fault
PATIENCE = 3_600


def main() -> int:
    """0 where no fault was found; else 1, after the seed that finds it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("seed", type=int, nargs="?")
    parser.add_argument("-k", dest="only", default="", help="as pytest takes it")
    parser.add_argument("--coverage", metavar="TEST")
    asked = parser.parse_args()
    ends = time.monotonic() + asked.minutes * 60
    if asked.coverage:
        return _cover(asked.coverage, asked.minutes)
    rounds = 0
    while rounds == 0 or (asked.seed is None and time.monotonic() < ends):
        seed = secrets.randbelow(1 << 32) if asked.seed is None else asked.seed
        sys.stdout.write(f"round {rounds + 1}: seed {seed}\n")
        sys.stdout.flush()
        if _round(seed, asked.only):
            again = f"{sys.executable} -m tests.fuzz 1 {seed}"
            sys.stdout.write(f"A fault. The same round again: {again}\n")
            return 1
        rounds += 1
    return 0


def _round(seed: int, only: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", str(HERE), f"--hypothesis-seed={seed}"]
    command += [f"--timeout={PATIENCE}", *(["-k", only] if only else [])]
    environment = {**os.environ, "WIKI_FUZZ_TIMES": str(TIMES)}
    return subprocess.run(command, env=environment, preexec_fn=_bound, check=False).returncode


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _cover(name: str, minutes: float) -> int:
    """Gives a test without fixtures to atheris, which ends the process."""
    try:
        import atheris
    except ImportError:
        sys.stdout.write(
            "atheris is not installed: pip install 'carrefour[fuzz]' (Linux, x86-64)\n"
        )
        return 2
    file, _colons, function = name.partition("::")
    with atheris.instrument_imports(include=["wiki", "wiki_plugins"]):
        module = import_module(f"tests.fuzz.{file.removesuffix('.py')}")
    test = getattr(module, function)
    arguments = [sys.argv[0], f"-max_total_time={int(minutes * 60)}", "-max_len=65536"]
    atheris.Setup(arguments, test.hypothesis.fuzz_one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
