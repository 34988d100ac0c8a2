"""What wikis of a host share is loaded before the first of them wakes."""

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from wiki.config import load_settings
from wiki.jinja import compile_templates, environment
from wiki.parts.creation import found

_TOML = """
base_url = "https://un.example"
site_name = "Chez un"
"""
#: as a host begins; then one that wakes, is read and looked after, in the same process
_WAKE = """
import gc, sys
from pathlib import Path
import wiki.cli
from pluggy import PluginManager
from wiki.hosting.folder import Sites
from wiki.hosting.server import load_for_all
from wiki.hosting.settings import load_host
from wiki.hosting.site import settings_of
from wiki.people.models.tables import Base

host = load_host(Path(sys.argv[1]))
plugins = load_for_all(host)
print(all(mapper.configured for mapper in Base.registry.mappers))

gc.disable()
loaded = set(sys.modules)
# What only servers and tasks of their own do here.
assert loaded > {"granian.server", "huey.consumer", "numpy"}
from wiki.jobs.runner import run_due
from wiki.server import prepare
(site,) = Sites(host).look().values()
settings = settings_of(site, host, plugins, lambda settings: None)
print(sum(isinstance(one, PluginManager) for one in gc.get_objects()))
prepared = prepare(settings, plugins)
for name in prepared.instance.projections:
    prepared.instance.projections.catch_up(name)
answer = prepared.application({
    "REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "un.example",
    "SERVER_PORT": "443", "HTTP_HOST": "un.example", "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "https", "wsgi.input": None,
    "wsgi.errors": sys.stderr,
}, lambda status, headers: print(status.split()[0]))
assert b"Chez un" in b"".join(answer)
print(list((site.folder / "index" / "templates").iterdir()))
print(all(run_due(prepared.instance).values()))
print(*sorted(set(sys.modules) - loaded))
"""


def test_a_template_that_cannot_be_compiled_keeps_no_host_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("{% if %}", "utf-8")
    (tmp_path / "good.html").write_text("{{ 1 + 1 }}", "utf-8")
    compile_templates([tmp_path], tmp_path / "compiled")
    env = environment([tmp_path], lambda: ZoneInfo("UTC"), tmp_path / "compiled")
    assert env.get_template("good.html").render() == "2"


def test_one_that_wakes_loads_nothing_that_all_need(tmp_path: Path) -> None:
    found(load_settings(tmp_path / "un", {}), empty=True)
    (tmp_path / "un" / "wiki.toml").write_text(_TOML, "utf-8")
    (tmp_path / "host.toml").write_text('[wikis]\nencoder = "off"\n', "utf-8")
    command = [sys.executable, "-c", _WAKE, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    *seen, late, _end = said.stdout.split("\n")
    assert seen == ["True", "0", "200", "[]", "True"], said.stdout + said.stderr
    assert [name for name in late.split() if not name.startswith("encodings.")] == []
