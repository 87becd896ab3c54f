"""Nobody but us chooses the keyring: what is installed beside us, or set around us, is not run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from support.secret_service import SecretService
from support.stores import found

PLANTED = """
from pathlib import Path
from keyring.backend import KeyringBackend

Path(__file__).with_name("was-run").touch()

class Keyring(KeyringBackend):
    priority = 1000

    def get_password(self, service, username):
        return "planted"

    def set_password(self, service, username, password):
        Path(__file__).with_name("was-told").write_text(password)
"""
ENTRY_POINTS = """\
[keyring.backends]
planted = planted
alt = keyrings.alt
"""
NAMES_OF_CODE = {
    "PYTHON_KEYRING_BACKEND": "planted.Keyring",
    "KEYRING_PROPERTY_GET_PASSWORD": "planted",
    "KEYRING_PROPERTY_PRIORITY": "1000",
}
ASKS = """
import json, os, sys
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import find_store
from stui_workspace.secrets.secret import Secret

store = find_store(os.environ)
got = None
if hasattr(store, "get"):
    got = str(store.put("new", Envelope(Secret("told")))), store.get("orders/image").secret.reveal()
import stui_workspace.secrets.keyring.macos, stui_workspace.secrets.keyring.windows
print(json.dumps([got, sorted(set(sys.modules) & {"planted", "keyrings", "keyrings.alt"})]))
"""
CONTROL = "import keyring; keyring.get_keyring()"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    """A folder of packages that offer themselves as keyrings."""
    folder = tmp_path / "site"
    for name in ("planted", "keyrings/alt"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(PLANTED, encoding="utf-8")
    entry = folder / "planted-1.0.dist-info"
    entry.mkdir()
    (entry / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n", "utf-8")
    return folder


def run(code: str, environ: dict[str, str], plants: Path) -> str:
    return subprocess.run(
        (sys.executable, "-c", code),
        env={**environ, **NAMES_OF_CODE, "PYTHONPATH": str(plants)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout


def runs(plants: Path) -> list[str]:
    return sorted(path.parent.name for path in plants.rglob("was-*"))


def test_the_library_itself_would_run_them(plants: Path, tmp_path: Path) -> None:
    run(CONTROL, {"HOME": str(tmp_path)}, plants)
    assert "planted" in runs(plants)


def test_we_ask_the_real_keyring_whatever_offers_itself(
    plants: Path, service: SecretService
) -> None:
    found(service.environ).put("orders/image", Envelope(Secret("the real one"), (), 1.0))
    assert json.loads(run(ASKS, service.environ, plants)) == [["Done()", "the real one"], []]
    assert runs(plants) == []
    assert found(service.environ).get("new") == Envelope(Secret("told"))


def test_we_ask_nobody_where_there_is_no_keyring(plants: Path, tmp_path: Path) -> None:
    assert json.loads(run(ASKS, {"HOME": str(tmp_path)}, plants)) == [None, []]
    assert runs(plants) == []
