"""What runs in the child process: it evaluates what it is sent, and says what came of it.

It runs on Python 3.8 or newer, which need not be the one that runs stui, and imports nothing but
the standard library and its own folder. docs/explanation/embedded-backend.md says what the code
that is evaluated can count on.
"""
