"""Files of secrets: who may read them, and how strong a key must be. What a secret is for belongs to its user."""

from pathlib import Path

from orchestration.errors import UsageError

KEY_LENGTH = 32
FEWEST_DIFFERENT = 8  # characters; 32 random hex digits have fewer once in a hundred thousand
FOR_OTHERS = 0o007


def key_in(path: Path, name: str) -> str:
    """The key in a file.

    Raises:
        UsageError: the file is missing, open to others or no text, or the key is too short.
    """
    return strong(secret_in(path, "key", advice=" Make one with `openssl rand -hex 32`."), name)


def secret_in(path: Path, name: str, *, advice: str = "") -> str:
    """What a private file holds, without white space around it.

    Raises:
        UsageError: the file is missing, open to others or no text.
    """
    if not path.is_file():
        raise UsageError(f"The {name} file {path} is not there.{advice}")
    if path.stat().st_mode & FOR_OTHERS:
        raise UsageError(f"The {name} file {path} is open to every user of the machine. Run `chmod 600` on it.")
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise UsageError(f"The {name} file {path} holds no text.{advice}") from None


def strong(key: str, name: str) -> str:
    """The key without white space around it.

    Raises:
        UsageError: it is too short, or too much the same.
    """
    key = key.strip()
    if len(key) < KEY_LENGTH:
        raise UsageError(
            f"The {name} key has fewer than {KEY_LENGTH} characters. Make one with `openssl rand -hex 32`."
        )
    if len({*key}) < FEWEST_DIFFERENT:
        raise UsageError(f"The {name} key can be guessed. Make one with `openssl rand -hex 32`.")
    return key
