"""``make mutants``: code that is spoilt on purpose, place by place, and whether a test notices.

``python -m tests.mutants [AREA…]``: what is spoilt, and which tests guard it, stands in
``mutants.toml``. All happens in a copy of the tree, which goes with the run (decision 0237).
"""

import argparse
import ast
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec, TestOutcome

ROOT = Path(__file__).parents[1]
#: the share of the mutants of each area that its tests have to notice
WANTED = 0.85
#: seconds for the tests of one mutant, which may never end: that is noticed, too
PATIENCE = 300
#: what of a checkout is not its code; the front end that was built goes along
_LEFT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "build", "instance")


def find_places(module: str, skipped: dict[str, str]) -> dict[object, list[MutationSpec]]:
    """What can be spoilt in a module, by the place."""
    lines = Path(module).read_text("utf-8").splitlines()
    nodes = list(ast_nodes(get_ast_from_path(Path(module))))
    found: dict[object, list[MutationSpec]] = {}
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or re.search(skipped["operators"], name):
            continue
        places = (place for node in nodes for place in operator().mutation_positions(node))
        for number, (start, end) in enumerate(places):
            if not re.search(skipped["lines"], lines[start[0] - 1]):
                spec = MutationSpec(module, name, number, start, end)
                found.setdefault((module, start, end), []).append(spec)
    return found


def draw(places: list[list[MutationSpec]], sample: int, seed: str) -> list[MutationSpec]:
    """Some mutants that Python can read, each at another place; the same for the same seed."""
    chance, found = random.Random(seed), list[MutationSpec]()  # noqa: S311
    while places and len(found) < sample:
        spec = chance.choice(places.pop(chance.randrange(len(places))))
        source = spec.module_path.read_text("utf-8")
        with suppress(SyntaxError):
            ast.parse(mutate_code(source, get_operator(spec.operator_name)(), spec.occurrence))
            found.append(spec)
    return found


def main() -> int:
    """0 where as many mutants were noticed as is wanted, in each area."""
    plan = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("areas", nargs="*", default=list(plan["area"]), metavar="AREA")
    parser.add_argument("--sample", type=int, default=15, help="mutants of each area")
    parser.add_argument("--seed", default="1", help="which ones")
    parser.add_argument("--minutes", type=float, default=60, help="after which no other is begun")
    asked = parser.parse_args()
    if unknown := set(asked.areas) - plan["area"].keys():
        parser.error(f"no such area: {', '.join(unknown)}; there are {', '.join(plan['area'])}")
    ends, table, missed = time.monotonic() + 60 * asked.minutes, "", False
    command = f"{sys.executable} -m pytest -q -x --timeout=100 -m 'not faults and not rest' "
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT, folder, ignore=_LEFT, symlinks=True, dirs_exist_ok=True)
        os.chdir(folder)
        os.environ["PYTHONPATH"] = folder
        for area in asked.areas:
            guards, done, alive = plan["area"][area], 0, 0
            tests = sorted({one for names in guards.values() for one in names})
            if subprocess.run([*shlex.split(command), *tests], check=False).returncode:
                sys.stdout.write(f"{area}: its tests fail where nothing is spoilt\n")
                return 2
            places = [one for path in guards for one in find_places(path, plan["skipped"]).values()]
            for spec in draw(places, asked.sample, f"{asked.seed} {area}"):
                if time.monotonic() > ends:
                    break
                tests = guards[str(spec.module_path)]
                said = mutate_and_test([spec], command + shlex.join(tests), PATIENCE)
                done += 1
                if said.test_outcome != TestOutcome.KILLED:
                    alive += 1
                    sys.stdout.write(f"\n{said.diff or said.output}\n")
                    sys.stdout.flush()
            share = (done - alive) / max(done, 1)
            table += f"{area:10} {done:7} {done - alive:7} {alive:9} {share:6.0%}\n"
            missed |= share < WANTED or done == 0
        os.chdir(ROOT)
    sys.stdout.write(f"\narea       mutants  killed  survived  share\n{table}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
