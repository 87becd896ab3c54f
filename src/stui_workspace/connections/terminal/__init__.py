"""Connections of `kind: pty`: a command-line REPL in a pseudo-terminal that is its own.

Nothing draws that terminal. It is there because a REPL that has none shows no prompt, keeps its
output back and cannot be interrupted.
"""
