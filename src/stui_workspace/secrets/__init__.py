"""Secrets: named by workspace files, kept elsewhere, sent only to whom they are meant for.

A reference (`keyring:orders/image`) is looked up in an order that `stui secret which` shows; what
comes back is an `Envelope`, the value with its audience. SECURITY.md at the root says what holds.
"""
