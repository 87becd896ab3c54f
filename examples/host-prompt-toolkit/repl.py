"""A REPL on a live backend whose half-typed line, history and connection come back.

python repl.py [FOLDER]
"""

import asyncio
import sys

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from stui_workspace import Event, Session, events, open_session, words_of


def told(event: Event) -> None:
    if isinstance(event, events.OutputArrived):
        print_formatted_text(event.text, end="")
    elif words := words_of(event):
        print_formatted_text(f"  {words}")


async def converse(session: Session) -> None:
    connection = session.connections()[0].name
    history = InMemoryHistory(list(session.recall(connection)))
    prompt = PromptSession[str](history=history)
    prompt.default_buffer.on_text_changed += lambda typed: session.edit("line", typed.text)
    while True:
        try:
            code = await prompt.prompt_async("> ", default=session.buffer("line").text)
        except (EOFError, KeyboardInterrupt):
            return
        session.edit("line", "")
        if code.strip():
            entry = await session.evaluate(connection, code)
            print_formatted_text(entry.result or entry.outcome)


async def main(where: str) -> None:
    with patch_stdout():
        async with open_session(where, listener=told) as session:
            await converse(session)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "."))
