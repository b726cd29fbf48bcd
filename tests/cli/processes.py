"""The command: in pipes, or as a process on a pseudo-terminal that a test types on."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from io import BytesIO, TextIOWrapper
from types import TracebackType
from typing import Self
from unittest.mock import patch

import attrs
import pytest
from tests import measured

from jackfield.cli import main
from jackfield.testing import Simulator

PATIENCE_S = 30.0
_OF_THE_INTERPRETER = {"PYTHONPATH", "PYTHONIOENCODING"}
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
# The terminal becomes the process's controlling one, so that Ctrl-C typed on it is a signal.
_ON_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from jackfield.cli import main; main()"


@attrs.frozen(kw_only=True)
class Finished:
    """What a process left."""

    code: int
    out: str
    err: str


def environment(simulator: Simulator | None = None, **more: str) -> dict[str, str]:
    """A bare environment: no key but the simulator's, no colours asked for or refused."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    found = {**kept, **measured.ENVIRONMENT, "TERM": "xterm-256color", "PYTHONWARNINGS": "error", "COLUMNS": "100"}
    if simulator is not None:
        found |= {"GROQ_BASE_URL": simulator.base_urls["groq"], "GROQ_API_KEY": "simulated-key"}
    return {**found, **more}


def untraced(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command that is going to be interrupted.

    coverage.py takes a lock for each file that it meets; an interrupt in that moment leaves the lock taken, and the
    command waits for ever.
    """
    return {name: value for name, value in env.items() if name not in measured.ENVIRONMENT}


def jackfield(*arguments: str, env: Mapping[str, str], stdin: bytes = b"") -> Finished:
    """Run the command to its end, in pipes: in this process, unless the environment is also the interpreter's."""
    run = _in_a_process if env.keys() & _OF_THE_INTERPRETER else _in_this_process
    return run(arguments, env, stdin)


def _in_a_process(arguments: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Finished:
    command = [sys.executable, "-m", "jackfield.cli", *arguments]
    done = subprocess.run(command, env=dict(env), input=stdin, capture_output=True, timeout=PATIENCE_S, check=False)
    return Finished(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def _in_this_process(arguments: Sequence[str], env: Mapping[str, str], stdin: bytes) -> Finished:
    pipes = {"stdin": BytesIO(stdin), "stdout": BytesIO(), "stderr": BytesIO()}
    with ExitStack() as put_back:
        put_back.enter_context(patch.dict(os.environ, env, clear=True))
        put_back.enter_context(patch.object(sys, "argv", ["jackfield", *arguments]))
        for name, pipe in pipes.items():
            put_back.enter_context(patch.object(sys, name, TextIOWrapper(pipe, encoding="utf-8", write_through=True)))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = (pipes[name].getvalue().decode() for name in ("stdout", "stderr"))
    assert isinstance(ended.value.code, int)
    return Finished(code=ended.value.code, out=out, err=err)


class Terminal:
    """The command on a pseudo-terminal; a context manager."""

    def __init__(self, *arguments: str, env: Mapping[str, str]) -> None:
        """Start it."""
        self._master, slave = pty.openpty()
        command = [sys.executable, "-c", _ON_TERMINAL, *arguments]
        self._process = subprocess.Popen(
            command, env=dict(env), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self._decoder = getincrementaldecoder("utf-8")("replace")  # a read may end within a character
        self.raw = ""
        self._seen = 0

    @property
    def text(self) -> str:
        """What is on the terminal, without escape sequences."""
        return _ESCAPES.sub("", self.raw)

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def until(self, text: str) -> str:
        """Wait until the text comes after what was waited for before; everything up to now."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.text.find(text, self._seen)) < 0:
            if time.monotonic() > deadline or not self._read(deadline):
                msg = f"{text!r} never came; there is: {self.text!r}"
                raise AssertionError(msg)
        self._seen = found + len(text)
        return self.text

    def until_true(self, happened: Callable[[], bool]) -> None:
        """Wait until something happens elsewhere, and read what the command writes in the meantime."""
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            if time.monotonic() > deadline or self._process.poll() is not None:
                msg = f"it never happened; there is: {self.text!r}"
                raise AssertionError(msg)
            self.idle(0.05)

    def idle(self, seconds: float) -> None:
        """Let the command go on for a while, and read what it writes."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass

    def interrupt(self) -> None:
        """Send the signal of Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def finish(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE_S)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux reports the end of a pseudo-terminal as EIO
            return False
        self.raw += self._decoder.decode(data)
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait(PATIENCE_S)
        os.close(self._master)
