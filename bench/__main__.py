"""The command: ``python -m bench`` lists what can be measured, ``--all`` measures it."""

import argparse
import importlib
import os
import time

from bench.lines import Line, table

#: in the order of the table
BENCHES = {
    "storm": "visitors on 200 pages while somebody saves",
    "crawler": "ten people beside a crawler of old versions",
    "views": "page views a second, a visitor's and a member's",
    "unkept": "pages never asked, one's own after a save, lists after another's",
    "saves": "saves, history and recent changes as the wiki grows",
    "searches": "search pages",
    "indexes": "what is worked out from git: its time, its size, and what a save makes of it",
    "engines": "the search index in PostgreSQL beside the one in files",
    "boards": "boards and catalogue of a million pages, in a file and on PostgreSQL",
    "vectors": "the nearest of 100,000 vectors, in memory and by pgvector",
    "starts": "cold start, memory, bytes of a first view",
    "memory": "memory of all processes, idle, used, and of the profile small",
    "hosts": "a host of 200 small wikis: its memory, and how long who wakes one waits",
    "soak": "an evening in which everybody does everything, and processes are killed",
    "upgrades": "upgrades, restores and the way back, unattended, with versions to come",
    "writers": "eight writers at once",
    "live": "twenty who write in one page together, and 200 open editors",
    "keys": "a key in the living page on a phone, in a paragraph and in a cell",
    "mails": "mails put, sent, and posted from a request",
    "sisters": "ten sites, each other's sisters: changes, withdrawals, one that was away",
    "clones": "clones of the public history, and following a save",
    "pushes": "a push of 1,000 commits",
    "hostile": "hostile texts while others read",
    "matches": "needs and offers compared, and one more of them",
    "weights": "what each sign for a skill counts for, learned from judged needs",
    "helpers": "who is proposed for needs that were judged, beside what was proposed before",
    "nears": "what is near a text among 10,000 pages",
    "answers": "questions to 10,000 pages, and judged ones by kind",
    "questionnaires": "500 invitations, and phones that answer",
    "meetings": "a wiki of 10,000 needs beside 10,000 offers, with real encoders",
    "booklets": "a booklet of 100 projects",
    "dossiers": "a dossier of 200 projects, cold and kept",
    "exports": "5,000 pages as a site of files, as Markdown and as tables",
    "moves": "5,000 pages in 25,000 states of a MediaWiki brought in, and once more",
    "digests": "a morning's digests for 10,000 followers",
    "relations": "a map of 2,000 and of 10,000 nodes in a browser, and its layout",
    "lighthouse": "scores of Lighthouse on nine kinds of pages, with few pages and with many",
    "cluster": "three nodes while one is killed, one cut off, and PostgreSQL restarted",
    "scale": "more machines than one has, simulated by what requests were measured to cost",
    "house": "own files and calls of one request, sizes of modules and folders",
}
#: not of those that ``--all`` measures
_LONG = (
    "soak",
    "engines",
    "upgrades",
    "moves",
    "lighthouse",
    "sisters",
    "cluster",
    "scale",
    "hosts",
)


def main() -> None:
    """Measures what is named and prints one Markdown table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures the wiki against references in the same run.",
        epilog="\n".join(f"{name:10}{words}" for name, words in BENCHES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHES])
    parser.add_argument(
        "--all",
        action="store_true",
        help=f"everything, in less than 12 minutes, but for {' and '.join(_LONG)}",
    )
    options = parser.parse_args()
    names = [one for one in BENCHES if one not in _LONG] if options.all else options.names
    if not names:
        parser.print_help()
        return
    begun = time.perf_counter()
    before = os.getloadavg()
    lines: list[Line] = []
    for name in names:
        print(f"{name}: {BENCHES[name]}", flush=True)
        for line in importlib.import_module(f"bench.{name}").run():
            lines.append(line)
            print(f"  {line.what}: {line.value} {line.ratio}", flush=True)
    after = os.getloadavg()
    print(f"\n{table(lines)}")
    print(
        f"{os.cpu_count()} cores; load average {before[0]:.1f} before, {after[0]:.1f} after; "
        f"{time.perf_counter() - begun:.0f} s."
    )


if __name__ == "__main__":
    main()
