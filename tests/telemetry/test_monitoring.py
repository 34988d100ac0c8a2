"""What monitors are given: every value that the dashboard or an alert asks for is told."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from wiki.instance import Instance
from wiki.repository.remote.addresses import Remote
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.web.operations.metrics import describe

MONITORING = Path(__file__).parents[2] / "packaging" / "monitoring"
#: told once there is one: a backup, a trial of it, a heartbeat of the tasks
LATER = {"wiki_backup_seconds", "wiki_backup_trial_seconds", "wiki_backup_trial_failed"}
LATER |= {"wiki_tasks_seen_seconds"}


def test_the_dashboard_and_alerts_ask_for_what_is_told(
    instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    write({"index.md": "# Accueil\n"})
    instance.repository.shared = Shared(instance.repository, Host(Remote(str(tmp_path), "file")))
    said = describe(instance, everything=True).decode()
    told = {
        sample.name for one in text_string_to_metric_families(said) for sample in one.samples
    } | {one.name for one in text_string_to_metric_families(said)}
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    alerts = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    asked = [one["expr"] for panel in dashboard["panels"] for one in panel["targets"]]
    asked += [rule["expr"] for rule in rules]
    names = {name for expression in asked for name in re.findall(r"\bwiki_\w+", expression)}
    assert len(names) > 10
    assert names - told <= LATER, names - told - LATER
    for rule in rules:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "what_to_do"}


def test_prometheus_reads_the_alerts_and_what_the_dashboard_asks(tmp_path: Path) -> None:
    """As its own program does: names of metrics and labels apart, all has to be of its language."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    asked = [one["expr"] for panel in dashboard["panels"] for one in panel["targets"]]
    rules = [
        # What Grafana puts in by itself.
        {"record": f"asked:{number}", "expr": expr.replace("$__rate_interval", "5m")}
        for number, expr in enumerate(asked)
    ]
    panels = tmp_path / "panels.yml"
    panels.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    files = [str(MONITORING / "alerts.yml"), str(panels)]
    command = [promtool, "check", "rules", "--lint-fatal", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
