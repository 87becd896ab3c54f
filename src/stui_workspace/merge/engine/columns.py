"""Text moved to another column: every line by the same number of blanks, empty ones not."""

from __future__ import annotations


def shifted(text: str, by: int) -> str:
    """Whole lines moved right by `by` columns, or left where it is negative."""
    if by == 0 or not text:
        return text
    return "".join(_moved(line, by) for line in text.splitlines(keepends=True))


def rest_shifted(text: str, by: int) -> str:
    """As `shifted`, but for the first line, which is only the end of one."""
    if by == 0 or "\n" not in text:
        return text
    first, rest = text.split("\n", 1)
    return f"{first}\n{shifted(rest, by)}"


def _moved(line: str, by: int) -> str:
    if line in ("\n", ""):
        return line
    if by > 0:
        return " " * by + line
    blanks = len(line) - len(line.lstrip(" "))
    return line[min(-by, blanks) :]


def dedented(text: str) -> str:
    """Comment lines without their indentation and trailing blanks, to compare them by."""
    return "\n".join(line.strip() for line in text.splitlines())
