"""Time parsing to a lossless document, beside ruamel.yaml's own round-trip load.

python tests/bench/bench_parse.py
"""

from __future__ import annotations

from ruamel.yaml import YAML

from measure import best_ms, record, workspace_text
from stui_workspace.document import Limits, parse


def main() -> None:
    """Print one record for 1,000 lines and one for 10,000, and how the cost grew."""
    limits = Limits()
    thousand_ms = 0.0
    for lines, rounds in ((1_000, 30), (10_000, 5)):
        text = workspace_text(lines)
        content = text.encode()
        ours_ms = best_ms(lambda content=content: parse(content, limits), rounds)  # type: ignore[misc]
        ruamel_ms = best_ms(lambda text=text: YAML(typ="rt").load(text), 3)  # type: ignore[misc]
        record(
            "parse",
            lines=text.count("\n"),
            bytes=len(content),
            best_ms=ours_ms,
            ruamel_round_trip_ms=ruamel_ms,
            ratio=ours_ms / ruamel_ms,
            budget_ms=10 if lines == 1_000 else None,
            times_thousand=ours_ms / thousand_ms if thousand_ms else None,
        )
        thousand_ms = ours_ms


if __name__ == "__main__":
    main()
