"""A REPL in a pseudo-terminal: how it is started, spoken to and ended."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.conversing.exchange import OUTPUT_LIMIT
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.orphans import orphans
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import DEADLINE
from support.repls import HASTY, in_terminal, no_more_files, up

LOOP = 'while printf "%b" "{prompt}"; read -r line; do {body}; done'
"""A REPL in one line of shell."""


def shell(body: str, prompt: str = "me> ") -> tuple[str, ...]:
    return ("sh", "-c", LOOP.format(prompt=prompt, body=body))


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (names only)


def has_ended(pid: int) -> bool:
    """Whether a process ends soon, or has long since."""
    try:
        sign = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ready, _, _ = select.select([sign], [], [], DEADLINE)
    os.close(sign)
    return bool(ready)


async def test_what_is_said_between_two_prompts_is_the_output(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, *shell('echo "you said $line"'))) as repl:
        assert await repl.said("one") == "you said one\n"
        assert await repl.said("two\nthree") == "you said two\nyou said three\n"
        assert await repl.said("") == "you said \n"


async def test_a_prompt_inside_output_does_not_end_it(tmp_path: Path) -> None:
    body = 'echo "me> $line"; printf "me> "; echo; echo end'
    async with up(in_terminal(tmp_path, *shell(body))) as repl:
        assert await repl.said("x") == "me> x\nme> \nend\n"


async def test_a_prompt_that_is_written_need_not_be_learned(tmp_path: Path) -> None:
    body = "echo $line"
    async with up(
        in_terminal(tmp_path, *shell(body, "\\033[1mdb=\\033[0m> "), prompt="=>")
    ) as repl:
        assert await repl.said("x") == "x\n"


async def test_a_prompt_that_changes_is_followed(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, *shell("echo", "me:$line> "), quiet=HASTY)) as repl:
        await repl.said("/srv/some/where")
        assert await repl.said("/srv/some/where/else") == "\n"


async def test_a_question_comes_back_and_is_answered_by_the_next_code(tmp_path: Path) -> None:
    body = 'printf "%s? " "$line"; read -r answer; echo "so $answer"'
    async with up(in_terminal(tmp_path, *shell(body), quiet=HASTY)) as repl:
        assert await repl.said("really") == "really? "
        assert await repl.said("yes") == "so yes\n"


async def test_lines_go_out_one_by_one(tmp_path: Path) -> None:
    """Whoever reads in between gets none that was not meant for it."""
    body = 'sleep 0.05; if read -r -t 0; then echo early; fi; echo "$line"'
    loop = LOOP.format(prompt="me> ", body=body)
    async with up(in_terminal(tmp_path, "bash", "--norc", "-c", loop)) as repl:
        assert await repl.said("a\nb\nc") == "a\nb\nc\n"


async def test_the_terminal_is_its_own_wide_and_does_not_echo(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh", env={"PS1": "me> "})) as repl:
        assert await repl.said("stty size; tty | cut -c1-8; echo $TERM") == (
            "24 200\n/dev/pts\ndumb\n"
        )
        assert await repl.said("ps -o sid= -p $$ | tr -d ' '; echo $$") == (
            f"{repl.backend.program.pid}\n" * 2  # type: ignore[attr-defined]
        )


async def test_no_secret_of_ours_is_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUI_SECRET_X", "hunter2")
    async with up(in_terminal(tmp_path, "sh")) as repl:
        assert "STUI_SECRET" not in await repl.said("env")


async def test_a_program_ends_with_its_group_when_it_is_closed(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh", "-c", "trap '' HUP; sleep 1000 & exec sh")) as repl:
        pids = [
            int(await repl.said("echo $$")),
            int(await repl.said("ps -o pid= --ppid $$ | head -1")),
        ]
    for pid in pids:
        assert has_ended(pid)


async def test_it_is_noted_as_long_as_it_runs(tmp_path: Path) -> None:
    notes = tmp_path / "kept"
    async with up(in_terminal(tmp_path, "sh")) as repl:
        assert len(list(notes.rglob("*.json"))) == 1
        assert orphans(notes) == ()  # its stui runs
        await repl.said("true")
    assert list(notes.rglob("*.json")) == []


async def test_an_end_says_how(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        outcome = await repl.run("echo bye; exit 3")
        assert outcome.answer.ending is Ending.LOST
        assert outcome.text == "bye\n"
        assert await repl.backend.wait_lost() == "`sh` ended with exit status 3"
    async with up(in_terminal(tmp_path, "sh")) as repl:
        await repl.run("kill -9 $$")
        assert await repl.backend.wait_lost() == "`sh` was ended by SIGKILL (Killed)"


async def test_a_program_that_lets_go_of_its_terminal_is_ended(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        outcome = await repl.run("exec sleep 1000 <&- >&- 2>&-")
        assert outcome.answer.error == "`sh` let go of its terminal"


@pytest.mark.parametrize("code", ["while :; do :; done", "yes", "sleep 1000", "cat"])
async def test_what_runs_for_ever_is_interrupted(code: str, tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        running = repl.begin(f"echo on; {code}\necho never")
        await running.says("on\n")
        await repl.interrupted(running)
        assert (await running.over()).answer.ending is Ending.INTERRUPTED
        assert await repl.said("echo on") == "on\n"


async def test_output_without_end_is_bounded_and_holds_nothing_up(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        running = repl.begin("yes")
        async with asyncio.timeout(DEADLINE):
            while running.outputs[-1:] == [] or running.outputs[-1].stream != "gap":
                running.heard.clear()
                await running.heard.wait()
            await repl.backend.ping()
        await repl.interrupted(running)
        outcome = await running.over()
        assert len(outcome.stdout) == OUTPUT_LIMIT


async def test_an_unfinished_statement_is_left_where_that_can_be(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        outcome = await repl.run("echo 'one")
        assert outcome.answer.ending is Ending.ERROR
        assert "not complete" in outcome.error
        assert await repl.said("echo two") == "two\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("a\x03b", "line 1 has a control character"),
        ("a\n\x1b[A", "line 2 has a control character"),
        ("x" * 5000, "line 1 is longer than a terminal takes"),
    ],
)
async def test_what_a_terminal_would_obey_or_cut_is_not_sent(
    code: str, told: str, tmp_path: Path
) -> None:
    async with up(in_terminal(tmp_path, *shell("echo $line"))) as repl:
        outcome = await repl.run(code)
        assert outcome.error.startswith(told)
        assert await repl.said("still there") == "still there\n"


async def test_a_program_that_reads_nothing_is_written_to_without_waiting(tmp_path: Path) -> None:
    async with up(in_terminal(tmp_path, "sh")) as repl:
        running = repl.begin("stty raw; echo on; sleep 1000")
        await running.says("on")
        repl.backend.program.write(b"x" * (1 << 20))  # type: ignore[attr-defined]
        await repl.backend.ping()


HOSTILE = {
    "bytes that are no text": r"printf '\377\376\200\000x\n'",
    "a prompt in pieces": "printf 'm'; sleep 0.02; printf 'e'; sleep 0.02; printf '> '; echo",
    "sequences that clear and move": r"printf '\033[2J\033[H\033]0;evil\007'; echo x",
    "half a sequence": r"printf '\033['",
    "half a character": r"printf '\342\202'",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
async def test_whatever_it_says_it_can_be_spoken_to_again(body: str, tmp_path: Path) -> None:
    script = f'case "$line" in go) {body};; *) echo "$line";; esac'
    async with up(in_terminal(tmp_path, *shell(script.replace("%", "%%").replace("%%", "%")))) as r:
        assert (await r.run("go")).answer.ending is Ending.OK
        assert await r.said("still there") == "still there\n"


BAD = {
    "not there": (("no-such-program",), "there is no program `no-such-program`", True),
    "no command": ((), "it has no command", True),
    "no program": (("./text",), "it may not start `./text`", True),
    "of another machine": (("./wrong",), "Exec format error", False),
    "ends at once": (("sh", "-c", "echo no luck; exit 2"), "status 2 .*: no luck", False),
    "asks for a password": (("sh", "-c", "printf 'Password: '; cat"), "asks for a secret", True),
}


@pytest.mark.parametrize(("command", "why", "is_final"), BAD.values(), ids=BAD)
async def test_what_does_not_come_up(
    command: tuple[str, ...], why: str, is_final: bool, tmp_path: Path
) -> None:
    (tmp_path / "text").touch(mode=0o644)
    (tmp_path / "wrong").write_bytes(b"\x7fELF no program")
    (tmp_path / "wrong").chmod(0o755)
    before = open_files()
    with pytest.raises(ConnectionLostError, match=why) as caught:
        await in_terminal(tmp_path, *command).start()
    assert caught.value.is_final == is_final
    assert open_files() == before


@pytest.mark.parametrize("prompt", [None, "me> "])
async def test_a_program_without_a_prompt_is_given_up(prompt: str | None, tmp_path: Path) -> None:
    backend = in_terminal(tmp_path, "sh", "-c", "echo hi; cat", prompt=prompt, patience=0.5)
    with pytest.raises(
        ConnectionLostError, match=r"prompt.* within 0.5 s; its last line is `hi`"
    ) as c:
        await backend.start()
    assert "`connections.repl.prompt`" in (c.value.next_step or "")
    assert not backend.program.is_running


async def test_a_credential_has_no_way_in(tmp_path: Path) -> None:
    with pytest.raises(ConnectionLostError, match="no way to send its `credential`") as caught:
        await in_terminal(tmp_path, "sh", credential="keyring:x").start()
    assert caught.value.is_final


def test_an_environment_that_loads_code_is_refused(tmp_path: Path) -> None:
    spec = ConnectionSpec("repl", "pty", command=("sh",), env={"LD_PRELOAD": "x"})
    with pytest.raises(UsageError, match="LD_PRELOAD"):
        make_backend(spec, Setting(tmp_path))


async def test_a_cancelled_start_leaves_nothing(tmp_path: Path) -> None:
    backend = in_terminal(tmp_path, "cat")
    task = asyncio.create_task(backend.start())
    async with asyncio.timeout(DEADLINE):
        while not backend.program.is_running:  # noqa: ASYNC110 (within a few turns)
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert not backend.program.is_running


async def test_no_file_is_left_to_open(tmp_path: Path) -> None:
    before = open_files()
    backend = in_terminal(tmp_path, "sh")
    with no_more_files(), pytest.raises(ConnectionLostError, match="cannot be started") as caught:
        await backend.start()
    assert not caught.value.is_final
    assert "ulimit -n" in (caught.value.next_step or "")
    assert open_files() == before


def test_it_ends_when_stui_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\nsys.path.insert(0, sys.argv[2])\nfrom pathlib import Path\n"
        "from support.repls import in_terminal\n"
        "async def main():\n"
        "    backend = in_terminal(Path(sys.argv[1]), 'sh')\n"
        "    await backend.start()\n"
        "    print(backend.program.pid, flush=True)\n"
        "    await backend.wait_lost()\n"
        "asyncio.run(main())\n"
    )
    tests = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), tests], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert has_ended(pid)
