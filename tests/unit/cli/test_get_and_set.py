"""`stui get`, `set` and `unset`: one value, and not a byte beside it."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.cli.changing import difference
from stui_workspace.cli.commands.set import value_of
from stui_workspace.document import parse, set_value
from stui_workspace.model.values import Plain
from stui_workspace.runtime.services import Services
from stui_workspace.storage.filesystem import RealFileSystem, Write
from support.command_line import CommandLine
from unit.cli.conftest import GOOD


class TestGet:
    @pytest.mark.parametrize(
        ("keypath", "out"),
        [
            ("name", "orders\n"),
            ("stui", "1\n"),
            ("connections.py.kind", "python\n"),
            ("connections.py", "kind: python\n"),
            ("buffers.scratch.source", "1 + 1\n"),
            ('["name"]', "orders\n"),
        ],
    )
    def test_a_value(self, stui: CommandLine, file: Path, keypath: str, out: str) -> None:
        assert stui("get", keypath).all == (0, out, "")

    def test_everything(self, stui: CommandLine, file: Path) -> None:
        plain = parse(GOOD).plain()
        assert parse(stui("get", ".").out).plain() == plain
        assert json.loads(stui("get", ".", "--json").out) == plain

    def test_scalars_are_what_was_written(self, stui: CommandLine, file: Path) -> None:
        file.write_text('x-a: {n: 1.10, h: 0x1F, t: true, z: null, s: "8", e: "", v: ~}\n')
        found = [stui("get", f"x-a.{key}").out for key in "nhtzsev"]
        assert found == ["1.10\n", "0x1F\n", "true\n", "null\n", "8\n", "\n", "null\n"]

    def test_a_file_that_is_no_workspace_can_be_read(
        self, stui: CommandLine, project: Path
    ) -> None:
        (project / "other.yaml").write_text("a: [1, {b: 2}]\n")
        assert stui("get", "a[1].b", "--file", "other.yaml").all == (0, "2\n", "")

    @pytest.mark.parametrize(
        ("keypath", "err"),
        [
            ("nam", "error: no key `nam`\n  = help: did you mean `name`?\n"),
            (
                "connections.py.knd",
                (
                    "error: no key `connections.py.knd`\n"
                    "  = help: did you mean `connections.py.kind`?\n"
                ),
            ),
            ("name.x", "error: no key `name.x`\n"),
            ("qqq", "error: no key `qqq`\n"),
        ],
    )
    def test_what_is_not_there(self, stui: CommandLine, file: Path, keypath: str, err: str) -> None:
        assert stui("get", keypath).all == (1, "", err)

    def test_past_the_end_of_a_list(self, stui: CommandLine, file: Path) -> None:
        file.write_text("x-a: [1, 2]\n")
        ran = stui("get", "x-a[2]")
        assert ran.err == "error: no key `x-a[2]`\n  = help: `x-a` has 2 items, counted from 0\n"

    @pytest.mark.parametrize("keypath", ["a..b", "a.", "[", "a[x]", '["a', ".a"])
    def test_what_is_no_key_path(self, stui: CommandLine, file: Path, keypath: str) -> None:
        ran = stui("get", keypath)
        assert (ran.status, ran.out) == (2, "")
        assert "column" in ran.err

    def test_a_broken_file_is_shown_as_one(self, stui: CommandLine, file: Path) -> None:
        file.write_text("name: [\n")
        ran = stui("get", "name")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("error[Y103]: ")
        assert " --> .stui-workspace.yaml:" in ran.err

    def test_the_effective_value(self, stui: CommandLine, file: Path) -> None:
        file.with_name(".stui-workspace.local.yaml").write_text("preferences: {theme: dracula}\n")
        assert stui("get", "preferences.theme").out == "nord\n"
        assert stui("get", "preferences.theme", "--effective").out == "dracula\n"
        assert stui("get", "preferences.wrap", "--effective").out == "true\n"
        assert stui("get", "preferences.wrap").status == 1

    def test_what_a_terminal_obeys_is_shown_unless_it_is_asked_for(
        self, stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from stui_workspace.cli import telling

        file.write_text('x-a: "\\e]52;c;aGk=\\a"\nx-b: "a\\u202eb"\n')
        ran = stui("get", "x-a")
        assert ran.all == (0, "␛]52;c;aGk=␇\n", ran.err)
        assert "--raw" in ran.err
        assert stui("get", "x-b").out == "a<U+202E>b\n"
        assert stui("get", "x-a", "--raw").all == (0, "\x1b]52;c;aGk=\x07\n", "")
        assert "\x1b" not in stui("get", "x-a", "--json").out
        assert stui("get", ".").out == 'x-a: "\\u001b]52;c;aGk=\\u0007"\nx-b: "a\\u202eb"\n'
        monkeypatch.setattr(telling, "is_terminal", lambda _stream: True)
        assert stui("get", "x-a", "--raw").out == "␛]52;c;aGk=␇\n"

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("connections: {c: {credential: hunter2}}", "connections.c.credential"),
            ("connections: {c: {credential: {password: hunter2}}}", "connections.c"),
            ("connections: {c: {url: 'tcp://bob:hunter2@host:1'}}", "."),
            ("connections: {c: {env: {API_TOKEN: hunter2}}}", "connections"),
            ("connections: {c: {password: 'hunter2'}}", "connections.c.password"),
        ],
    )
    def test_a_secret_in_the_file_is_not_printed(
        self, stui: CommandLine, file: Path, text: str, path: str
    ) -> None:
        file.write_text(f"stui: 1\nname: a\n{text}\n")
        for how in ([], ["--json"], ["--raw"]):
            ran = stui("get", path, *how)
            assert (ran.status, "hunter2" in ran.out + ran.err, "***" in ran.out) == (
                0,
                False,
                True,
            )
            assert ran.err == "note: a value is not shown: a secret may stand there\n"

    @pytest.mark.parametrize("how", [(), ("--json",)])
    def test_a_secret_that_stands_as_a_key_is_not_printed(
        self, stui: CommandLine, file: Path, how: tuple[str, ...]
    ) -> None:
        file.write_text("connections: {'https://ada:hunter2@host/': {kind: python}}\n")
        ran = stui("get", "connections", *how)
        assert (ran.status, "hunter2" in ran.out + ran.err) == (0, False)
        assert "https://…@host/" in parse(ran.out).plain()  # type: ignore[operator]
        assert ran.err == "note: a value is not shown: a secret may stand there\n"

    def test_a_reference_to_a_secret_is_printed(self, stui: CommandLine, file: Path) -> None:
        file.write_text("connections: {c: {credential: keyring:orders/db}}\n")
        assert stui("get", "connections.c.credential").all == (0, "keyring:orders/db\n", "")


class TestValues:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("8", 8),
            ("-5", -5),
            ("1.10", 1.1),
            ("true", True),
            ("null", None),
            ("~", None),
            ("on", "on"),
            ("12:30", "12:30"),
            ("", ""),
            ("  ", "  "),
            ("a", "a"),
            (" a ", " a "),
            ("a: b # c", "a: b # c"),
            ("- a", "- a"),
            ("!!python/object a", "!!python/object a"),
            ("*alias", "*alias"),
            ("|", "|"),
            ("a\nb\n", "a\nb\n"),
            ("[]", []),
            ("[a, 1, [b]]", ["a", 1, ["b"]]),
            ("{a: 1, b: {}}", {"a": 1, "b": {}}),
            ('"8"', "8"),
            ("'it''s'", "it's"),
            ('"a\\tb"', "a\tb"),
        ],
    )
    def test_what_a_value_says(self, text: str, value: Plain) -> None:
        found = value_of(text)
        assert (type(found), found) == (type(value), value)

    @pytest.mark.parametrize(
        "text", ["[", "{a", '"a', "[a] b", '"a" b', "{a: *b}", "{a: !!x 1}", "[a] # c", "{a: .inf}"]
    )
    def test_what_begins_like_more_must_be_it(
        self, stui: CommandLine, file: Path, text: str
    ) -> None:
        ran = stui("set", "x-a", text)
        assert (ran.status, ran.out) == (2, "")
        assert "`--string` takes it as text" in ran.err
        assert file.read_text() == GOOD
        assert stui("set", "x-a", text, "--string").status == 0
        assert stui("get", "x-a").out == f"{text}\n"

    @given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
    def test_text_is_text_or_a_plain_scalar(self, text: str) -> None:
        if text.strip()[:1] not in ("[", "{", '"', "'", ""):
            found = value_of(text)
            assert found == text if isinstance(found, str) else not isinstance(found, (dict, list))


class TestSet:
    def test_only_the_value_changes(self, stui: CommandLine, file: Path) -> None:
        assert stui("set", "name", "sales").all == (
            0,
            "",
            ".stui-workspace.yaml:3: changed name: orders -> sales\n",
        )
        assert file.read_text() == GOOD.replace("name: orders ", "name: sales ")

    @pytest.mark.parametrize("value", ["-5", "--5", "-x"])
    def test_a_value_may_begin_with_a_dash(self, stui: CommandLine, file: Path, value: str) -> None:
        assert stui("set", "x-a", value, "--string").status == 0
        assert stui("get", "x-a").out == f"{value}\n"

    def test_a_new_key_in_a_new_map(self, stui: CommandLine, file: Path) -> None:
        ran = stui("set", "history.keep", "100")
        assert ran.err == ".stui-workspace.yaml:14: added history.keep: 100\n"
        assert file.read_text() == GOOD + "history:\n  keep: 100\n"

    def test_a_map_and_a_list(self, stui: CommandLine, file: Path) -> None:
        assert stui("set", "connections.db", "{kind: python, connect: auto}").status == 0
        assert stui("get", "connections.db.connect").out == "auto\n"
        assert stui("set", "history.ignore", "[password, '^ ']").status == 0
        assert stui("get", "history.ignore[1]").out == "^ \n"

    def test_what_is_there_already(self, stui: CommandLine, file: Path) -> None:
        before = file.stat().st_mtime_ns
        ran = stui("set", "name", "orders")
        assert ran.err.endswith("name is that already; nothing was changed\n")
        assert file.stat().st_mtime_ns == before

    def test_from_standard_input(self, stui: CommandLine, file: Path) -> None:
        assert stui("set", "buffers.scratch.source", "-", given="a = 1\na\n").status == 0
        assert stui("get", "buffers.scratch.source").out == "a = 1\na\n"
        assert stui("set", "name", "-", given="sales\n").status == 0
        assert "name: sales  #" in file.read_text()

    def test_a_number_where_text_belongs_needs_saying(self, stui: CommandLine, file: Path) -> None:
        ran = stui("set", "name", "2024")
        assert ran.status == 1
        assert ran.err.startswith("error[T103]: ")
        assert ran.err.endswith("note: the file is as it was\n")
        assert file.read_text() == GOOD
        assert stui("set", "name", "2024", "--string").status == 0
        assert stui("get", "name").out == "2024\n"

    def test_the_result_is_checked_before_it_is_saved(self, stui: CommandLine, file: Path) -> None:
        assert stui("set", "buffers.scratch.kind", "cod").all == (
            1,
            "",
            (
                "error[S103]: `kind` must be `code`, `markdown` or `text`\n"
                "  = help: did you mean `code`?\n"
                "note: the file is as it was\n"
            ),
        )
        assert file.read_text() == GOOD

    def test_a_misspelt_key_is_kept_and_said(self, stui: CommandLine, file: Path) -> None:
        ran = stui("set", "preferences.them", "nord")
        assert ran.status == 0
        assert "warning[S104]: unknown key `them`\n  = help: did you mean `theme`?" in ran.err
        assert ran.err.endswith("  = help: `stui unset preferences.them` takes it out again\n")
        assert stui("set", "preferences.wrap", "true").err.count("warning") == 0

    def test_an_invalid_file_can_be_mended_step_by_step(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text("stui: 1\nname: a\nbuffers:\n  a: {kind: cod}\n  b: {kind: cod}\n")
        assert stui("set", "buffers.a.kind", "code").status == 0
        assert stui("set", "buffers.b.kind", "code").status == 0
        assert stui("validate").all == (0, "", "")

    def test_of_a_file_that_is_not_yaml(self, stui: CommandLine, file: Path) -> None:
        file.write_text("name: [\n")
        ran = stui("set", "name", "a")
        assert (ran.status, ran.out) == (1, "")
        assert " --> .stui-workspace.yaml:" in ran.err
        assert file.read_text() == "name: [\n"

    def test_of_a_newer_format(self, stui: CommandLine, file: Path) -> None:
        file.write_text("stui: 99\nname: a\n")
        ran = stui("set", "name", "b")
        assert (ran.status, ran.err.split("\n")[0]) == (
            1,
            "error: format 99 is newer than this stui, which knows up to 1",
        )
        assert file.read_text() == "stui: 99\nname: a\n"

    def test_the_overlay_by_name(self, stui: CommandLine, file: Path) -> None:
        overlay = file.with_name(".stui-workspace.local.yaml")
        overlay.write_text("# mine\npreferences: {theme: nord}\n")
        assert stui("set", "preferences.wrap", "false", "--file", overlay.name).status == 0
        assert overlay.read_text() == "# mine\npreferences: {theme: nord, wrap: false}\n"
        assert file.read_text() == GOOD

    def test_not_a_session_file(self, stui: CommandLine, project: Path) -> None:
        session = project / "sessions" / "main.yaml"
        session.parent.mkdir()
        session.write_text("stui-session: 1\n")
        ran = stui("set", "meta.name", "a", "--file", str(session))
        assert (ran.status, session.read_text()) == (2, "stui-session: 1\n")

    @pytest.mark.parametrize(
        "arguments", [["set", "name", "a"], ["unset", "name"], ["get", "name"]]
    )
    def test_without_a_workspace(
        self, stui: CommandLine, project: Path, arguments: list[str]
    ) -> None:
        assert stui(*arguments).all == (
            2,
            "",
            (
                f"error: no workspace file in or above `{project}`\n"
                "  = help: `stui init` starts one; or name a file\n"
            ),
        )


class TestUnset:
    def test_the_key_and_nothing_else(self, stui: CommandLine, file: Path) -> None:
        ran = stui("unset", "preferences")
        assert ran.all == (0, "", ".stui-workspace.yaml: removed preferences: {theme: nord}\n")
        assert file.read_text() == GOOD.replace("preferences:\n  theme: nord\n", "")

    def test_what_is_not_there(self, stui: CommandLine, file: Path) -> None:
        assert stui("unset", "buffers.scrach").all == (
            1,
            "",
            "error: no key `buffers.scrach`\n  = help: did you mean `buffers.scratch`?\n",
        )

    def test_what_others_need(self, stui: CommandLine, file: Path) -> None:
        ran = stui("unset", "connections.py")
        assert (ran.status, file.read_text()) == (1, GOOD)
        assert "error[R101]" in ran.err

    def test_what_the_file_needs(self, stui: CommandLine, file: Path) -> None:
        assert (stui("unset", "name").status, file.read_text()) == (1, GOOD)

    def test_everything(self, stui: CommandLine, file: Path) -> None:
        assert (stui("unset", ".").status, file.read_text()) == (1, GOOD)


class TestWhatIsSaid:
    @pytest.mark.parametrize("key", ["credential", "x-password", "api_key", "token"])
    def test_a_secret_is_never_said(self, key: str) -> None:
        before = parse(f"{key}: hunter2\n")
        after = set_value(before, (key,), "hunter3")
        assert difference(before, after, (key,)) == f"changed {key}: (not shown) -> (not shown)"
        around = set_value(before, ("a",), {"b": {key: "hunter2"}})
        assert "hunter" not in difference(before, around, ("a",))

    def test_a_value_cannot_speak_to_the_terminal(self, stui: CommandLine, file: Path) -> None:
        ran = stui("set", "x-a", "\x1b]0;evil\x07\u202e")
        assert not any(one in ran.err for one in "\x1b\x07\u202e")

    def test_a_long_value_is_cut(self) -> None:
        before = parse("a: 1\n")
        after = set_value(before, ("a",), "x" * 1000)
        assert len(difference(before, after, ("a",))) < 100


@dataclass(frozen=True)
class FullDisk(RealFileSystem):
    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.parametrize(
    "arguments", [["set", "name", "a"], ["unset", "preferences"]], ids=lambda one: one[0]
)
def test_a_full_disk_changes_nothing(
    stui: CommandLine, file: Path, tmp_path: Path, arguments: list[str]
) -> None:
    stui.services = replace(Services.real({"STUI_HOME": str(tmp_path / "home")}), fs=FullDisk())
    ran = stui(*arguments)
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith(f"error: {file}: the disk is full\n  = help: free some space")
    assert file.read_text() == GOOD
    assert sorted(one.name for one in file.parent.iterdir()) == [".hg", ".stui-workspace.yaml"]
