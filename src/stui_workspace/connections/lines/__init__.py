"""Connections of `kind: socket`: a REPL that talks lines of text over TCP, TLS or a Unix socket.

Such a REPL says nothing of itself, and knows nobody who comes again: each link is a life of its
own, whether the same program is behind it or not.
"""
