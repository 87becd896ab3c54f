"""`stui serve` as people start it, end it, and have it killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import Sign
from support.served import DEADLINE, STUI, Served, start_serving

TOKEN = "sesame-opens"  # noqa: S105
TLS = Path(__file__).parents[2] / "unit" / "connections" / "stui" / "tls"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def sign(tmp_path: Path) -> Iterator[Sign]:
    one = Sign(tmp_path / "sign")
    yield one
    os.close(one.reader)


class Serve:
    """Starts servers of one home, and ends those that a test leaves."""

    def __init__(self, project: Path, home: Path) -> None:
        self.project, self.home = project, home
        self.started: list[Served] = []

    def __call__(self, *arguments: str, **environ: str) -> Served:
        served = start_serving(self.project, self.home, *arguments, before=(), **environ)
        self.started.append(served)
        return self.started[-1]

    def refused(self, *arguments: str, given: str = "") -> tuple[int, str]:
        """The exit status and the words of one that does not start."""
        ran = subprocess.run(
            [STUI, "serve", *arguments],
            cwd=self.project,
            env={**os.environ, "STUI_HOME": str(self.home), "NO_COLOR": "1"},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        assert ran.stdout == ""
        return ran.returncode, ran.stderr


@pytest.fixture
def serve(project: Path, tmp_path: Path) -> Iterator[Serve]:
    one = Serve(project, tmp_path / "home")
    yield one
    for served in one.started:
        served.end(signal.SIGKILL)


async def linked(url: str, project: Path, token: str | None = None) -> StuiBackend:
    credential = None if token is None else "vault:served"
    spec = ConnectionSpec("served", "stui", url=url, credential=credential)
    trusting = {"SSL_CERT_FILE": str(TLS / "certificate.pem")}
    link = StuiBackend(spec, Setting(project, secret=lambda: token, environ=trusting))
    try:
        await link.start()
    except BaseException:
        await link.close()
        raise
    return link


async def run(url: str, project: Path, code: str, token: str | None = None) -> Answer:
    link = await linked(url, project, token)
    try:
        return await link.evaluate(Request(os.urandom(8).hex(), code), lambda _: None)
    finally:
        await link.close()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="its own socket"),
        pytest.param(["--bind", "lines://127.0.0.1:0"], id="lines"),
        pytest.param(["--bind", "tcp://127.0.0.1:0"], id="zeromq"),
        pytest.param(["--bind", "tcp://127.0.0.1:0", "--curve"], id="curve"),
    ],
)
async def test_it_says_where_it_is_and_evaluates(
    arguments: list[str], serve: Serve, project: Path
) -> None:
    served = serve(*arguments)
    answer = await run(served.url, project, "import os\nos.getcwd()")
    assert answer.result == repr(str(project))
    status, narrated = served.end()
    assert status == 0
    assert f"serving {served.told['backend']} in {project}" in narrated
    assert "connect with: stui --connect" in narrated
    assert "Traceback" not in narrated


async def test_tls_and_a_token_from_the_environment(serve: Serve, project: Path) -> None:
    seal = ("--cert", str(TLS / "certificate.pem"), "--key", str(TLS / "key.pem"))
    served = serve(
        "--bind", "tls://127.0.0.1:0", *seal, "--token-env", "SERVED_TOKEN", SERVED_TOKEN=TOKEN
    )
    code = "import os\nos.environ.get('SERVED_TOKEN')"
    answer = await run(served.url, project, code, TOKEN)
    assert answer == Answer(Ending.OK)
    with pytest.raises(ConnectionLostError, match="token") as caught:
        await run(served.url, project, "1", "shut")
    assert caught.value.is_final
    _, narrated = served.end()
    assert TOKEN not in narrated
    assert "Traceback" not in narrated


def assert_gone(served: Served) -> None:
    assert not Path(served.url.removeprefix("unix:")).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
async def test_a_signal_ends_it_and_its_python_even_at_work(
    number: signal.Signals, serve: Serve, project: Path, sign: Sign
) -> None:
    served = serve()
    link = await linked(served.url, project)
    code = f"{sign.code}while True: pass"
    running = asyncio.ensure_future(link.evaluate(Request("1", code), lambda _: None))
    assert await asyncio.to_thread(sign.read) == b"x"
    status, narrated = await asyncio.to_thread(served.end, number)
    assert (status, "Traceback" in narrated) == (0, False)
    assert sign.read() == b""
    assert (await running).ending is Ending.LOST
    await link.close()
    await asyncio.to_thread(assert_gone, served)


async def test_a_killed_server_leaves_no_python(serve: Serve, project: Path, sign: Sign) -> None:
    served = serve()
    await run(served.url, project, sign.code)
    assert sign.read() == b"x"
    served.end(signal.SIGKILL)
    assert sign.read() == b""


async def test_killed_while_it_writes_it_has_what_it_had_told(serve: Serve, project: Path) -> None:
    """A result that was heard is there afterwards; what ran is lost, and never runs again."""
    told: dict[str, str | None] = {}
    for life in range(3):
        served = serve()
        link = await linked(served.url, project)
        for number in range(5):
            request = Request(f"{life}-{number}", f"print('x' * 50)\n{number}")
            told[request.id] = (await link.evaluate(request, lambda _: None)).result
        heard = asyncio.Semaphore(0)
        code = "open('ran', 'a').write('x')\nwhile True: print('y' * 100)"
        last = Request(f"{life}-last", code)

        def hear(_output: Output, heard: asyncio.Semaphore = heard) -> None:
            heard.release()

        running = asyncio.ensure_future(link.evaluate(last, hear))
        for _ in range(life + 1):
            await heard.acquire()
        served.end(signal.SIGKILL)
        assert (await running).ending is Ending.LOST
        await link.close()
    served = serve()
    link = await linked(served.url, project)
    for name, result in told.items():
        outputs: list[Output] = []
        answer = await link.evaluate(Request(name, "", is_sent=True), outputs.append)
        assert (answer.ending, answer.result) == (Ending.OK, result)
        assert "".join(output.text for output in outputs) == "x" * 50 + "\n"
    for life in range(3):
        last = Request(f"{life}-last", "open('ran', 'a').write('x')")
        assert (await link.evaluate(last, lambda _: None)).ending is Ending.LOST
    await link.close()
    assert (project / "ran").read_text() == "xxx"


async def test_a_python_that_ends_is_replaced(serve: Serve, project: Path) -> None:
    served = serve()
    lost = await run(served.url, project, "import os; os._exit(3)")
    assert lost == Answer(Ending.LOST, error="Python ended with exit status 3")
    answer = Answer(Ending.LOST)
    while answer.ending is Ending.LOST:
        answer = await run(served.url, project, "6 * 7")
    assert answer.result == "42"


def test_the_socket_is_private(serve: Serve) -> None:
    path = Path(serve().url.removeprefix("unix:"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_second_one_is_refused_and_the_first_goes_on(serve: Serve) -> None:
    served = serve()
    status, words = serve.refused()
    assert (status, "another `stui serve`" in words) == (2, True)
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(served.url.removeprefix("unix:"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bind", "lines://0.0.0.0:0"], "whoever reaches"),
        (["--bind", "tcp://10.0.0.5:0", "--curve"], "whoever reaches"),
        (["--bind", "lines://0.0.0.0:0", "--token-stdin"], "in clear"),
        (["--bind", "tcp://0.0.0.0:0", "--token-stdin"], "in clear"),
        (["--bind", "tls://127.0.0.1:0"], "needs a certificate"),
        (["--bind", "lines://127.0.0.1:0", "--curve"], "--curve is for tcp://"),
        (["--bind", "http://127.0.0.1"], "no place to listen"),
        (["--token-env", "NO_SUCH_VARIABLE"], "no token in the variable"),
        (["--token-env", "A", "--token-stdin"], "exclude each other"),
        (["--python", "no-such-python"], "no interpreter"),
        (["--bind", "tls://127.0.0.1:0", "--cert", "a", "--key", "b"], "no certificate and key"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_is_refused(arguments: list[str], words: str, serve: Serve) -> None:
    status, told = serve.refused(*arguments, given="open\n")
    assert status == (4 if "interpreter" in words else 2)
    assert words in told
    assert "help: " in told
    assert "Traceback" not in told


def test_a_port_that_is_taken_is_told(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for scheme in ("lines", "tcp"):
            status, words = serve.refused("--bind", f"{scheme}://127.0.0.1:{port}")
            assert (status, "address already in use" in words) == (2, True)
