"""The STUI protocol 1: what a client and a server of live evaluation say to each other. Pure.

`docs/reference/protocol` describes it for whoever writes another server. `messages` has a value
for each message, `envelope` turns them into bytes and back. Nothing that comes from a peer is
trusted: what is no message of the protocol is an `EnvelopeError`, and nothing worse.
"""
