"""The commands, one a module, each as `command`. Nothing is imported before it is run."""
