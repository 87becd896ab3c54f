"""A server of the STUI protocol around any backend: the reference for those that others write.

It goes on while nobody is connected, never evaluates an id twice, and has what a client missed when
it comes back. Whoever connects is taken for hostile: what it can cost is bounded.
"""
