"""What sync tools, editors and version control call the files that they leave beside another.

The patterns know nothing of the name of the workspace. `names` cuts that off first, so that what
is matched here is only what a tool put before, into or after it. Each pattern takes time that
grows with the name alone: what repeats without end is always followed by something that it
cannot be itself.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from stui_workspace.model.records import dataclass


class Kind(StrEnum):
    """What a file beside the workspace is, by its name."""

    WORKSPACE = "workspace"
    CONFLICT = "conflict"
    TEMPORARY = "temp"
    LOCK = "lock"
    BACKUP = "backup"
    MERGETOOL = "mergetool"
    PLACEHOLDER = "placeholder"
    SUSPECT = "suspect"
    """It begins as the workspace does, and no tool is known that would call it so."""
    OTHER = "other"


class Certainty(StrEnum):
    STRONG = "strong"
    """The name alone proves it."""
    WEAK = "weak"
    """People choose such names too: only the content can tell."""
    NONE = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one tool names something."""

    tool: str
    pattern: str
    kind: Kind = Kind.CONFLICT
    may_add_dot: bool = False
    """Whether the tool hides what it makes by one more dot in front."""
    drops_dot: bool = False
    """Whether it leaves out the dot that the name begins with."""
    needs_extension: bool = False
    """Whether the name that it was made from must be one of a file such as the workspace."""

    def match(self, text: str) -> re.Match[str] | None:
        """How the whole of a text fits; None where it does not."""
        return compiled(self.pattern).fullmatch(text)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern ready for use; made when it is first wanted, since many runs want none."""
    return re.compile(pattern, re.DOTALL)


_MKSTEMP: Final = (
    r"(?![A-Z]?[a-z]{1,6}[0-9]{0,5}(?![A-Za-z0-9]))(?![0-9]{6}|[A-Z]{6})[A-Za-z0-9]{6}"
)
"""Six characters by chance: neither a word, nor a word with a number, nor only one of them."""
_OF: Final = r"(?P<of>.+)"
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_APOSTROPHE: Final = "['’ʼ´`＇]"  # noqa: RUF001 (as people type them)

ANYWHERE: Final = (
    Rule("mega", r"\.getxfer\.[0-9]+\.[0-9]+\.mega", Kind.TEMPORARY),
    Rule("git", r"\.merge_file_[A-Za-z0-9]{6}", Kind.TEMPORARY),
    Rule("vim", r"[0-9]{4}", Kind.TEMPORARY),
    Rule("glib", r"\.goutputstream-[A-Za-z0-9]{6}", Kind.TEMPORARY),
    Rule("perl", rf"XX{_MKSTEMP}", Kind.TEMPORARY),
    Rule("sed", rf"sed{_MKSTEMP}", Kind.TEMPORARY),
    Rule("emacs", rf"tmp{_MKSTEMP}", Kind.TEMPORARY),
    Rule("python", r"tmp(?=[a-z_]*[0-9])[a-z0-9_]{8}", Kind.TEMPORARY),
    Rule("gdrive", r"\.tmp\.drive(?:download|upload)", Kind.TEMPORARY),
    Rule("dropbox", r"\.dropbox\.cache", Kind.TEMPORARY),
    Rule("syncthing", r"(?:\.syncthing\.|~syncthing~)[0-9a-f]{64}\.tmp", Kind.TEMPORARY),
    Rule("nfs", r"\.nfs[0-9A-Fa-f]{16,32}", Kind.TEMPORARY),
    Rule("fuse", r"\.fuse_hidden[0-9A-Fa-f]{16,32}", Kind.TEMPORARY),
    Rule("sublime", r"\.subl[A-Za-z0-9]{3,8}\.tmp", Kind.TEMPORARY),
)
"""Names that say nothing of the file which they stand for."""

AROUND: Final = (
    Rule("syncthing", rf"(?:\.syncthing\.|~syncthing~){_OF}\.tmp", Kind.TEMPORARY),
    Rule(
        "unison",
        rf"\.unison\.{_OF}\.[0-9a-f]{{32}}\.unison\.tmp",
        Kind.TEMPORARY,
    ),
    Rule("stui", rf"\.~{_OF}\.[0-9a-f]{{8}}\.tmp", Kind.TEMPORARY, drops_dot=True),
    Rule("rclone", rf"{_OF}\.[0-9a-f]{{8}}\.partial", Kind.TEMPORARY),
    Rule("nextcloud", rf"{_OF}\.~[0-9a-f]{{1,16}}", Kind.TEMPORARY, may_add_dot=True),
    Rule("jetbrains", rf"{_OF}___jb_(?:tmp|old|bak)___", Kind.TEMPORARY),
    Rule("macos", rf"{_OF}\.sb-[0-9a-f]{{8}}-[A-Za-z0-9]{{6}}", Kind.TEMPORARY),
    Rule("vscode", rf"{_OF}\.vsctmp", Kind.TEMPORARY),
    Rule("chrome", rf"{_OF}\.crswap", Kind.TEMPORARY),
    Rule("resilio", rf"{_OF}\.(?:!sync|bts)", Kind.TEMPORARY),
    Rule("freefilesync", rf"{_OF}\.ffs_tmp", Kind.TEMPORARY),
    Rule("windows", rf"{_OF}~RF[0-9a-f]{{3,12}}\.TMP", Kind.TEMPORARY),
    Rule("kakoune", rf"{_OF}\.kak\.[A-Za-z0-9]{{6}}", Kind.TEMPORARY, may_add_dot=True),
    Rule(
        "helix",
        rf"(?P<of>.+?)\.?{_MKSTEMP}\.bck",
        Kind.TEMPORARY,
        needs_extension=True,
    ),
    Rule(
        "partial",
        rf"(?i:{_OF}\.(?:part|partial|filepart|crdownload|opdownload|download|aria2|te?mp))",
        Kind.TEMPORARY,
        may_add_dot=True,
    ),
    Rule("emacs", rf"\#{_OF}\#", Kind.TEMPORARY),
    Rule("emacs", rf"\.\#{_OF}", Kind.LOCK),
    Rule("libreoffice", rf"\.~lock\.{_OF}\#", Kind.LOCK),
    Rule("office", rf"~\${_OF}", Kind.LOCK),
    Rule("vim", rf"{_OF}\.sw[a-px]", Kind.LOCK, may_add_dot=True),
    Rule("kate", rf"{_OF}\.kate-swp", Kind.LOCK, may_add_dot=True),
    Rule("lock", rf"{_OF}\.(?:lock|lck)", Kind.LOCK, may_add_dot=True),
    Rule("unison bak", rf"\.bak\.[0-9]+\.{_OF}", Kind.BACKUP),
    Rule("emacs ~n~", rf"{_OF}\.~[0-9]+~", Kind.BACKUP),
    Rule("vim", rf"{_OF}\.un~", Kind.BACKUP, may_add_dot=True),
    Rule("vim/emacs ~", rf"{_OF}~", Kind.BACKUP),
    Rule("orig/rej", rf"(?i:{_OF}\.(?:orig|rej))", Kind.BACKUP),
    Rule("seafile", rf"{_OF}\.sbak", Kind.BACKUP),
    Rule(
        "bak",
        rf"(?i:{_OF}[._-](?:bak|backup|bck|bk|old|save|prev)(?:[._-]?[0-9]{{1,14}})?)",
        Kind.BACKUP,
    ),
    Rule("icloud", rf"{_OF}\.icloud", Kind.PLACEHOLDER, may_add_dot=True),
    Rule("nextcloud", rf"{_OF}\.nextcloud", Kind.PLACEHOLDER),
    Rule("owncloud", rf"{_OF}\.(?:owncloud|opencloud)", Kind.PLACEHOLDER),
    Rule("odrive", rf"{_OF}\.cloudf?", Kind.PLACEHOLDER),
    Rule("svn", rf"{_OF}\.(?:mine|working|(?:merge-(?:left|right)\.)?r[0-9]+)", Kind.MERGETOOL),
    Rule("bzr", rf"{_OF}\.(?:BASE|THIS|OTHER)", Kind.MERGETOOL),
    Rule(
        "rsync/qt",
        rf"{_OF}\.{_MKSTEMP}",
        Kind.TEMPORARY,
        may_add_dot=True,
        needs_extension=True,
    ),
)
"""Names made from a whole name, `of`, by putting something before or after it."""

_SIDE: Final = r"(?:BASE|LOCAL|REMOTE|BACKUP)"

INSIDE: Final = (
    Rule("git mergetool", rf".*(?:_{_SIDE}_|\.{_SIDE}\.)[0-9]+", Kind.MERGETOOL),
    Rule("hg", r".*~(?:base|local|other)(?:\.[A-Za-z0-9_]{6,8})?", Kind.MERGETOOL),
    Rule("syncthing", r".*~[0-9]{8}-[0-9]{6}", Kind.BACKUP),
    Rule("freefilesync", rf".*\.\w+ {_DATE} [0-9]{{6}}", Kind.BACKUP),
    Rule("mega old", r".*\.old[0-9]+", Kind.BACKUP),
    Rule("bak", r"(?i:.*\.(?:bak|backup|old)[0-9]*)", Kind.BACKUP),
    Rule("orig/rej", r"(?i:.*\.(?:orig|rej))", Kind.BACKUP),
)
"""What no version is, put between the stem and the extension."""

BRACKETED: Final = (
    Rule(
        "nextcloud",
        rf" ?\((?:conflicted copy|case clash from) (?:.+ )?{_DATE} [0-9]{{6}}(?: [0-9]+)?\)",
    ),
    Rule("nextcloud", r" ?\(conflicted copy [0-9]{3,}\)"),  # as older servers may date them
    Rule("obsidian", r" ?\(Conflicted copy .+ [0-9]{12}\)"),
    Rule(
        "dropbox",
        rf"(?i: ?\((?:.+(?:{_APOSTROPHE}s?) )?conflicted copy(?: {_DATE})?(?: ?\(?[0-9]+\)?)?\))",
    ),
    Rule("dropbox-case", r"(?i: ?\(case conflict(?: [0-9]+)?\))"),
    Rule(
        "dropbox",
        r"(?i: ?\((?:selective sync|unicode encoding|white ?space) conflict(?: \(?[0-9]+\)?)?\))",
    ),
    Rule("seafile", r" ?\(SFConflict .+\)"),
    Rule("unison", rf" ?\(conflict(?: \#[0-9]+)?_on_{_DATE}(?:_was_deleted)?\)"),
    Rule("pcloud", r" ?(?:\(conflicted(?: [0-9]+)?\)|\[conflicted(?: [0-9]+)?\])"),
    Rule("gdrive-old", r" ?\[Conflict(?: [0-9]+)?\]"),
    Rule("proton", r" ?\(\# (?:Name clash|Edit conflict) .+\)"),
)
"""Tags in brackets, each the whole of it, of tools that can be told by them."""

PLAIN: Final = (
    Rule("syncthing", r"(?P<before>.*?)\.sync-conflict-[0-9]{8}-[0-9]{6}(?:-[A-Z2-7]{7})?"),
    Rule("resilio", r"(?P<before>.*?)\.Conflict[0-9]*"),
    Rule("rclone", r"(?P<before>.*?)\.{1,2}(?:conflict|path)[0-9]+"),
    Rule(
        "owncloud-old",
        r"(?P<before>(?:(?!_conflict-).)*)_conflict-(?:.+-)?[0-9]{8}-[0-9]{6}",
    ),
    Rule(
        "synology",
        r"(?P<before>[^_]*)_[^_].*_[^\W\d_]{3,5}-[0-9]{2}-[0-9]{4}-[0-9]{4}"
        r"_[A-Za-z]*Conflict(?:_?[0-9]+)?",
    ),
    Rule(
        "onedrive-linux",
        r"(?P<before>|.*[)\]]|.*Conflict[0-9_]*|[^-]*)-[^-].*-safeBackup(?:-[0-9]+)?",
    ),
    Rule("git-annex", r"(?P<before>.*?)\.variant-[0-9a-f]{4,}"),
)
"""Tags without brackets, and what stands before them."""

_COPY: Final = (
    "(?:copy|kopie|kopia|kopi|kopio|kopya|copie|copia|cópia|còpia|kópia|másolat|копия|копія|"
    "コピー|副本|複本|拷貝|拷贝|複製|복사본|사본|αντίγραφο|bản sao|salinan)"
)

COPIES: Final = (
    Rule(
        "finder/explorer copy",
        rf"(?i:(?P<before>.*?)(?: (?:[-–—] )?{_COPY}| ?のコピー|的?副本|拷貝|拷贝)"  # noqa: RUF001
        r"(?: [0-9]{1,3}| ?\([0-9]{1,3}\))?)",
    ),
    Rule(
        "finder/explorer copy",
        rf"(?i:(?P<before>.*?) ?\((?:another |[0-9]+(?:st|nd|rd|th) )?{_COPY}(?: [0-9]{{1,3}})?\))",
    ),
    Rule("gdrive/mega/browser (n)", r"(?P<before>.*?) ?\([0-9]{1,3}\)"),
)
"""What people and browsers call copies, and what stands before that."""

VAGUE: Final = (
    Rule(
        "onedrive -HOST",
        rf"(?P<before>)-(?=.*[^\W\d_])[^\W_](?:[\w .,&+-]|{_APOSTROPHE}){{0,62}}",
    ),
    Rule("icloud n", r"(?P<before>.*?) [0-9]{1,3}"),
)
"""What anybody might write, and what stands before it."""

COPY_OF: Final = Rule(
    "box copy of",
    r"(?i:(?:(?:copy(?: \([0-9]+\)| [0-9]+)? of|kopie von|kopie van|copie de|copia de|copia di|"
    r"c[óò]pia de|kopi a[fv]|kopia av|kopia) )+(?P<of>.+))",
)

WORD: Final = (
    "(?i:conflict|conflit|konflik|motstrid|modstrid|strijdig|ristirii|çakış|çeliş|ütköz|"  # noqa: RUF001
    "árekst|gatazka|xung đột|конфликт|конфлікт|канфлікт|συγκρο|σύγκρο|διένεξ|競合|衝突|冲突|"
    "問題のある|충돌|상충|تعارض|متعارض|متضارب|מתנגש|התנגש|विरोध|ขัดแย้ง)"
)
"""How people say conflict, as far as sync tools do."""
WORD_FIRST: Final = rf"[ ._-]*[\[(][^\])]*{WORD}|[ ._-]+(?:sync-)?{WORD}"
"""Where it stands in the tag next to the stem."""
