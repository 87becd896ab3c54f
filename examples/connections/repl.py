"""A calculator that speaks lines over TCP, for `kind: socket` to connect to.

python3 repl.py
"""

from __future__ import annotations

import ast
import operator
import socketserver

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PORT = 4712


def value_of(node: ast.expr) -> float:
    """The value of an expression of numbers and `+ - * /`.

    Raises:
        ValueError: It has something else in it.
    """
    match node:
        case ast.Constant(int() | float() as number):
            return number
        case ast.BinOp(first, sign, second) if type(sign) in OPERATORS:
            return float(OPERATORS[type(sign)](value_of(first), value_of(second)))
        case ast.UnaryOp(ast.USub(), inner):
            return -value_of(inner)
        case _:
            raise ValueError("that is no sum")


def answer_to(line: str) -> str:
    """What the calculator says to one line."""
    try:
        return f"{value_of(ast.parse(line, mode='eval').body):g}"
    except (SyntaxError, ValueError, ArithmeticError, RecursionError) as error:
        return f"error: {error}"


class Visit(socketserver.StreamRequestHandler):
    """One client, from its first line to its last."""

    def handle(self) -> None:
        """Answer each line, and say with `> ` that the next one can come."""
        self.wfile.write(b"> ")
        while line := self.rfile.readline(1024).decode("utf-8", "replace").strip():
            self.wfile.write(f"{answer_to(line)}\n> ".encode())


class Server(socketserver.ThreadingTCPServer):
    """Takes any number of clients, of this machine alone."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", PORT), Visit) as server:
        server.serve_forever()
