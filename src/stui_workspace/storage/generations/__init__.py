"""Every version of a workspace's files that this machine saw or wrote."""
