"""Connections of `kind: stui`: the client of the STUI protocol, over ZeroMQ or a stream."""
