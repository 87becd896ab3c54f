"""Backends that are held: they go on, each in a process of its own, when their stui ends.

The process is a server of the STUI protocol on a socket that its user alone reaches. The stui that
wants the backend is a client, the first time and whenever it comes back.
"""
