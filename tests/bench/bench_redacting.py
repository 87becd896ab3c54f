"""Time taking secrets out of much text, and finding their forms in it, beside one `str.replace`.

python tests/bench/bench_redacting.py
"""

from __future__ import annotations

from pathlib import Path

from measure import best_ms, record
from stui_workspace.schema.secret_forms import secret_spans
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.secrets.secret import Secret

MEBIBYTE = 1 << 20
VALUE = "Zx9+canary/Q7f3e1b~secret-of-some-length"


def streamed(redactor: Redactor, text: str, size: int) -> None:
    """Feed the text in pieces of that many characters."""
    stream = redactor.stream()
    for start in range(0, len(text), size):
        stream.feed(text[start : start + size])
    stream.flush()


def main() -> None:
    """Print one record for each number of values, and one for the forms."""
    pages = Path(__file__).parents[2].joinpath("docs").rglob("*.md")
    prose = "".join(page.read_text(encoding="utf-8") for page in pages)
    text = (prose * (MEBIBYTE // len(prose) + 1))[:MEBIBYTE]
    replace_ms = best_ms(lambda: text.replace(VALUE, "x"), 20)
    for count in (0, 1, 10):
        redactor = Redactor()
        for number in range(count):
            redactor.remember(Secret(f"{number}{VALUE}{number}"))
        whole_ms = best_ms(lambda redactor=redactor: redactor.redact(text), 5)  # type: ignore[misc]
        piece_ms = best_ms(lambda redactor=redactor: streamed(redactor, text, 200), 3)  # type: ignore[misc]
        record(
            "redacting",
            values=count,
            bytes=len(text),
            best_ms=whole_ms,
            streamed_ms=piece_ms,
            replace_ms=replace_ms,
            ratio=whole_ms / replace_ms,
        )
    forms_ms = best_ms(lambda: secret_spans(text), 5)
    record("secret_forms", bytes=len(text), best_ms=forms_ms, ratio=forms_ms / replace_ms)


if __name__ == "__main__":
    main()
