"""What git and stui say to each other: the merge driver, the textconv, and how git learns of them.

git starts `stui git-merge` and `stui git-textconv` (`entry`), often and in the middle of its own
work, so they load nothing that they do not need. Nothing is imported here.
"""
