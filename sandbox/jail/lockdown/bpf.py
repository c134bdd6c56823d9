"""A small assembler for the classic BPF programs that seccomp takes.

A program looks at `struct seccomp_data`: the call's number at 0, the architecture at 4, six 64-bit arguments
from 16. Loads are of 32 bits, so an argument is two words (little endian on both of our machines).
"""

import struct
from dataclasses import dataclass, field

NUMBER, ARCH = 0, 4

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_RETURN = 0x06  # BPF_RET | BPF_K
_JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_JUMP_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K

_MAXIMUM = 4096  # BPF_MAXINSNS


def errno_action(number: int) -> int:
    return 0x00050000 | number


def argument(index: int, *, high: bool = False) -> int:
    """Offset of the lower (or the higher) word of an argument."""
    return 16 + 8 * index + (4 if high else 0)


@dataclass
class Program:
    """Instructions in order. A jump is relative and never goes back, as BPF demands."""

    code: list[tuple[int, int, int, int]] = field(default_factory=list)

    def load(self, offset: int) -> None:
        self.code.append((_LOAD, 0, 0, offset))

    def give(self, action: int) -> None:
        self.code.append((_RETURN, 0, 0, action))

    def jump(self, test: str, value: int, *, then: int = 0, otherwise: int = 0) -> None:
        """Skips `then` instructions where the loaded word passes the test, else `otherwise`."""
        kind = {"==": _JUMP_EQUAL, ">=": _JUMP_AT_LEAST, "&": _JUMP_ANY_BIT}[test]
        if not (0 <= then < 256 and 0 <= otherwise < 256):
            raise ValueError("a jump of more than 255 instructions")
        self.code.append((kind, then, otherwise, value & 0xFFFFFFFF))

    def when_number(self, number: int, body: "Program") -> None:
        """The body runs for this call only. It must return on every path, and may load what it likes."""
        self.jump("==", number, otherwise=len(body.code))
        self.code.extend(body.code)

    def assemble(self) -> bytes:
        if len(self.code) > _MAXIMUM:
            raise ValueError(f"{len(self.code)} instructions; the kernel takes {_MAXIMUM}")
        return b"".join(struct.pack("=HBBI", *instruction) for instruction in self.code)


def allow() -> Program:
    program = Program()
    program.give(ALLOW)
    return program


def allow_if_zero(indexes: list[int], refusal: int) -> Program:
    """Allowed where these arguments are 0, as a null pointer is."""
    program = Program()
    for index in indexes:
        for high in (False, True):
            program.load(argument(index, high=high))
            program.jump("==", 0, then=1)
            program.give(refusal)
    program.give(ALLOW)
    return program


def allow_values(index: int, values: list[int], refusal: int, *, ignore: int = 0) -> Program:
    """Allowed where the lower word of the argument, without the bits of `ignore`, is one of the values.

    The kernel takes these arguments as 32-bit numbers, so the higher word says nothing.
    """
    program = Program()
    variants = [value | extra for value in values for extra in _subsets(ignore)]
    program.load(argument(index))
    for value in variants:
        program.jump("==", value, otherwise=1)
        program.give(ALLOW)
    program.give(refusal)
    return program


def allow_exactly(values: dict[int, int], refusal: int) -> Program:
    """Allowed where the lower words of all these arguments, by their index, are these."""
    program = Program()
    for index, value in values.items():
        program.load(argument(index))
        program.jump("==", value, then=1)
        program.give(refusal)
    program.give(ALLOW)
    return program


def answer(action: int) -> Program:
    program = Program()
    program.give(action)
    return program


def refuse_bits(index: int, bits: int, refusal: int) -> Program:
    program = Program()
    program.load(argument(index))
    program.jump("&", bits, otherwise=1)
    program.give(refusal)
    program.give(ALLOW)
    return program


def refuse_values(index: int, values: list[int], refusal: int) -> Program:
    """Allowed unless the lower word of the argument is one of the values."""
    program = Program()
    program.load(argument(index))
    for value in values:
        program.jump("==", value, otherwise=1)
        program.give(refusal)
    program.give(ALLOW)
    return program


def _subsets(bits: int) -> list[int]:
    result = [0]
    for position in range(32):
        if bits >> position & 1:
            result += [value | 1 << position for value in result]
    return result
