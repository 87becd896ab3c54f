"""All faults of all files, tried one after the other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crash.corpus.faults import STEP, Fault, faults_of
from crash.corpus.scene import Scene, make_scene
from crash.corpus.trial import WORK, Good, Terms, Verdict, good_of, try_out

SMALL = 1024
"""Bytes of a small file."""
Choose = Callable[[str, Fault], bool]


@dataclass(frozen=True)
class Ground:
    """A good home, what comes back of it, and where to make copies of it."""

    scene: Scene
    good: Good
    folder: Path

    @classmethod
    def made(cls, folder: Path, *, recovering: bool = False) -> Ground:
        """One in a new folder."""
        scene = make_scene(folder / "scene", recovering=recovering)
        return cls(scene, good_of(scene, folder / "good"), folder / "copy")


def rounds(
    ground: Ground, *, seed: int, step: int = STEP, fine: bool = False, choose: Choose
) -> Iterator[tuple[str, str, Verdict]]:
    """The file, the kind of fault and what came of it, for each fault that was chosen.

    Args:
        ground: What is hit.
        seed: For the bits that flip.
        step: As for `faults_of`.
        fine: Whether small files are tried at each byte.
        choose: Whether to try a fault of a file; the command line reads, too, in every tenth.
    """
    scene, folder = ground.scene, ground.folder
    tried = 0
    for name, path in scene.files().items():
        content = path.read_bytes()
        steps = 1 if fine and len(content) <= SMALL else step
        for fault in faults_of(content, seed=seed, step=steps):
            if not choose(name, fault):
                continue
            copy = scene.copy(folder)
            faulty = copy.files()[name]
            fault.do(faulty)
            kept = _kept(faulty, name, fault, content)
            exempt = fault.kind == "cut" and "journals/" in name and _at_line_end(content, fault.at)
            title = f"{name}: {fault.kind} {fault.what}"
            terms = Terms(exempt, kept, reads=tried % 10 == 0)
            verdict = try_out(copy, ground.good, title, terms=terms)
            if verdict.unkept:
                verdict.stuck.append(f"{title}: nothing is kept")
            tried += 1
            yield name, fault.kind, verdict
            shutil.rmtree(folder)


def _kept(path: Path, name: str, fault: Fault, before: bytes) -> tuple[bytes, ...]:
    """What must still be in some file: what damage made of a file that held work.

    A last line that was cut short is what a crash leaves, and may go.
    """
    is_damage = fault.kind not in ("huge", "missing", "future") and path.is_file()
    is_damage = is_damage and fault.at < len(before) - 1  # else it lacks its line end alone
    if not name.startswith(WORK) or not is_damage or path.is_symlink():
        return ()
    content = path.read_bytes()
    if name.startswith("sessions/"):  # its last line says that it is whole, and nothing else
        return () if fault.kind == "cut" and fault.at > before.rfind(b"\n# whole") else (content,)
    good = set(before.split(b"\n"))
    return tuple(line for line in content.split(b"\n")[:-1] if line and line not in good)


def _at_line_end(content: bytes, at: int) -> bool:
    """Whether a cut leaves whole lines: the same as if the crash had come before the next one."""
    return at == 0 or content[at - 1 : at] == b"\n" or content[at : at + 1] == b"\n"
