"""How much a project may use, and the bounds on what may be asked for."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of one child. The jail clamps what it is asked for to the maxima below."""

    wall: float = 20.0  # seconds, from the fork until the child is killed whatever it does
    cpu: int = 12  # seconds
    memory: int = 512  # megabytes of address space beyond the warm interpreter's own
    output: int = 64 * 1024  # characters of what the project prints


MAXIMUM = Limits(wall=900.0, cpu=300, memory=1024)

# Of one child, at once.
THREADS = 64

# What the fixed part of an exercise may hold in memory beyond the warm interpreter's own.
TEMPLATE_BYTES = 64 * MEGABYTE

# One frame on a channel: the answer to a request with its trace, or a project of control characters, each of
# which is six bytes of JSON.
FRAME_BYTES = 8 * MEGABYTE
FRAME_DEPTH = 48
# Brackets and commas, those in strings too: a list is two or three bytes there, and 64 in whoever reads it.
FRAME_PARTS = 2_000_000
# Of a project that a web process talks to: two million take a second to read, in which nobody else is served.
PREVIEW_PARTS = 400_000

# The body of one answer.
BODY_BYTES = 2 * MEGABYTE

# What a learner gets to see of one value.
STRING_CHARACTERS = 10_000
CHECK_OUTPUT_CHARACTERS = 16 * 1024
TRACES_PER_CHECK = 20
TRACE_BYTES_PER_CHECK = 512 * 1024
TRACE_BYTES = 2 * MEGABYTE  # of all checks of a grade: they are kept with it

# More of anything nobody has seen. Such numbers are added up, and one of 4,301 digits can't be written.
MOST_COUNTED = 10**9

# With which an examiner ends that needed more memory than it has: so large was what it was to look at.
NO_MEMORY = 73
