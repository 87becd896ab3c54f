"""What stands on the disk: durable writes, locks, journal, session files, snapshots.

Nothing is imported here: each command loads the modules that it needs.
"""
