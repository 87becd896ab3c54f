"""Finding out from its output alone when a line REPL waits for a line. Pure: time is an argument.

A REPL of lines has no protocol. All that says that it has come to an end is the prompt at which it
stands still, and text that only looks like one may be part of any output. So what counts is the
text at the very end, what it looks like, and how long nothing has followed it.
"""
