"""One connection as a machine: what it is in, and what is to be done next. Pure.

Time and chance are arguments; what is to be done comes back as commands. Every attempt has an
epoch of its own, and what is told of an earlier one is not heard any more.
"""

from stui_workspace.connections.machine.steps import step
from stui_workspace.connections.machine.times import (
    LATE_SECONDS,
    PROBE_SECONDS,
    STEADY_SECONDS,
    due_at,
)
from stui_workspace.connections.machine.words import (
    UP,
    Answered,
    Close,
    Command,
    Connect,
    Disconnect,
    Drop,
    Failed,
    Heard,
    Input,
    Lost,
    Machine,
    Open,
    Phase,
    Policy,
    Probe,
    Refused,
    SpecChanged,
    Step,
    Stirred,
    Tick,
)

__all__ = [
    "LATE_SECONDS",
    "PROBE_SECONDS",
    "STEADY_SECONDS",
    "UP",
    "Answered",
    "Close",
    "Command",
    "Connect",
    "Disconnect",
    "Drop",
    "Failed",
    "Heard",
    "Input",
    "Lost",
    "Machine",
    "Open",
    "Phase",
    "Policy",
    "Probe",
    "Refused",
    "SpecChanged",
    "Step",
    "Stirred",
    "Tick",
    "due_at",
    "step",
]
