"""What the parts of an encoded hash are."""

from dataclasses import dataclass

NAMES = {
    "pbkdf2_sha256": ("algorithm", "rounds", "salt", "hash"),
    "pbkdf2_wrapped_md5": ("algorithm", "rounds", "salt", "hash"),
    "md5": ("algorithm", "salt", "hash"),
    "scrypt": ("algorithm", "work factor N", "salt", "block size r", "lanes p", "hash"),
    "argon2": ("algorithm", "variety", "version", "parameters", "salt", "hash"),
    "bcrypt_sha256": ("algorithm", "", "version", "work factor", "salt and hash"),
}
MEANINGS = {
    "algorithm": "identify_hasher() reads up to the first dollar sign and looks for a hasher of that name.",
    "rounds": "How often the HMAC runs. verify() uses this number, not the setting of today.",
    "salt": "Random, for this row alone. Not secret: it makes equal passwords different.",
    "hash": "What a guess has to come out as.",
    "work factor N": "Memory and time: 128 · N · r bytes.",
    "block size r": "How much of the memory is read at a time.",
    "lanes p": "How often the whole is done, for more time without more memory.",
    "variety": "argon2id: half a pass that resists spying on caches, then passes that resist graphics cards.",
    "version": "Of the format.",
    "parameters": "m: memory in KiB; t: passes over it; p: lanes.",
    "work factor": "An exponent: 12 means 2¹² rounds, 13 twice as many.",
    "bare": "All of it is hash. No name, no work factor, no salt: the same for everybody with this password.",
    "unusable": "An exclamation mark begins no hasher's name. No password fits, and none has to be guessed.",
}


def take_apart(encoded: str) -> "list[Part]":
    """In order. Joined by dollar signs their texts are the hash again (salt and hash of bcrypt without)."""
    if encoded.startswith("!"):
        return [Part(encoded, "unusable")]
    if "$" not in encoded:
        return [Part(encoded, "bare")]
    pieces = encoded.split("$")
    names = NAMES[pieces[0]]
    parts = [Part(text, name) for text, name in zip(pieces, names, strict=True) if name]
    if parts[-1].name == "salt and hash":
        both = parts.pop().text
        # 16 bytes of salt are 22 characters of bcrypt's own base64.
        parts += [Part(both[:22], "salt"), Part(both[22:], "hash")]
    return parts


def scheme(encoded: str) -> str:
    """The part of a hash that says how it was made, for a journal: no salt, no hash."""
    if not encoded:
        return ""
    parts = take_apart(encoded)
    if parts[0].name in ("bare", "unusable"):
        return "bare MD5" if parts[0].name == "bare" else "unusable (!)"
    keep = ("algorithm", "rounds", "work factor", "work factor N", "parameters")
    return " $ ".join(part.text for part in parts if part.name in keep)


@dataclass(frozen=True)
class Part:
    text: str
    name: str

    @property
    def meaning(self) -> str:
        return MEANINGS[self.name]

    @property
    def kind(self) -> str:
        """Which colour it has."""
        return self.name if self.name in ("algorithm", "salt", "hash", "bare", "unusable") else "factor"
