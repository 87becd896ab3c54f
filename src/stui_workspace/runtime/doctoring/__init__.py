"""The doctor: looks at what surrounds a workspace, and says what is wrong and what to do.

A check looks at one thing, changes nothing, and gives what it saw with its findings. `checks.py`
has them in their order.
"""
