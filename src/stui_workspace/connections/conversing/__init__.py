"""Working with a line REPL: lines of code go in, and all that it says until its prompt comes out.

What carries the lines, a socket or a pseudo-terminal, is none of its business.
"""
