"""Purity: no I/O, clock, environment, chance or coroutine: read from the plugin's source, and shown by running it."""

import ast
import builtins
import os
import random
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from jackfield.testing.contract.base import ContractBase
from jackfield.testing.contract.encoding import on_the_wire
from jackfield.testing.contract.streams import said
from jackfield.testing.contract.subject import Subject
from jackfield.testing.contract.verdict import broken, cannot_show

IMPURE = frozenset({
    "aiohttp", "asyncio", "concurrent", "ftplib", "http.client", "http.server", "httpcore", "httpx", "httpx2",
    "multiprocessing", "os", "pathlib", "random", "requests", "secrets", "selectors", "shutil", "smtplib", "socket",
    "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request", "urllib3", "uuid",
    "jackfield.cli", "jackfield.client", "jackfield.operations", "jackfield.registry", "jackfield.transport",
})  # fmt: skip
IMPURE_NAMES = frozenset({"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "input", "open", "print"})
_BLOCKED: tuple[tuple[Any, str], ...] = (
    (socket, "socket"), (socket, "create_connection"), (time, "time"), (time, "monotonic"), (time, "perf_counter"),
    (time, "sleep"), (os, "getenv"), (os, "urandom"), (random, "random"), (random, "randint"), (random, "choice"),
    (builtins, "open"),
)  # fmt: skip


class Purity(ContractBase):
    """What the plugin's code may not do."""

    def test_source(self, loaded: Subject) -> None:
        """No module of the package imports I/O, the clock, the environment or chance, or is asynchronous."""
        faults = [fault for path in _sources(loaded) for fault in source_faults(path)]
        if faults:
            broken(loaded.id, "purity", "; ".join(faults[:5]))

    def test_run(self, subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
        """Encoding and decoding work with sockets, files, clock, environment and chance taken away."""
        sample, streamed = subject.sample(), subject.sample(stream=True, prove=lambda one: one.reply.streamed)
        _exercise(subject, sample, streamed)  # once before, so that nothing is imported while it is blocked
        touched: list[str] = []
        with monkeypatch.context() as patch:
            for owner, name in _BLOCKED:
                patch.setattr(owner, name, _Blocked(f"{owner.__name__}.{name}", touched))
            patch.setattr(os, "environ", _BlockedEnvironment(touched))
            try:
                _exercise(subject, sample, streamed)
            except _Touched:
                pass
            finally:
                patch.undo()
        if touched:
            broken(subject.id, "purity", f"a hook used {touched[0]}")

    def test_repeated(self, subject: Subject) -> None:
        """The same request is encoded the same way twice, and the same answer decoded to the same result."""
        sample = subject.sample()
        first, second = (on_the_wire(subject.prepare(sample.request).http) for _ in range(2))
        if first != second:
            broken(subject.id, "purity", "the same request is encoded in two ways")
        if said(subject.whole(sample)) != said(subject.whole(sample)):
            broken(subject.id, "purity", "the same answer is decoded in two ways")


class _Touched(BaseException):
    """A hook reached outside; no plugin catches this by accident."""


class _Blocked:
    def __init__(self, name: str, touched: list[str]) -> None:
        self._name = name
        self._touched = touched

    def __call__(self, *_args: object, **_named: object) -> NoReturn:
        self._touched.append(self._name)
        raise _Touched


class _BlockedEnvironment(Mapping[str, str]):
    def __init__(self, touched: list[str]) -> None:
        self._touched = touched

    def __getitem__(self, key: str) -> NoReturn:
        self._touched.append(f"os.environ[{key!r}]")
        raise _Touched

    def __iter__(self) -> NoReturn:
        self._touched.append("os.environ")
        raise _Touched

    def __len__(self) -> NoReturn:
        self._touched.append("os.environ")
        raise _Touched


def _exercise(subject: Subject, sample: Any, streamed: Any) -> None:
    provider = subject.provider
    provider.encode_request(sample.request, subject.settings)
    subject.whole(sample)
    reading = subject.session(streamed)
    reading.feed(streamed.reply.content)
    reading.close()


def _sources(subject: Subject) -> Iterator[Path]:
    """The Python files of the plugin's package, or its one file."""
    module = _module(subject)
    if module is None or not module.__file__:
        cannot_show(subject.id, "purity", "the plugin's source cannot be found")
    path = Path(module.__file__)
    yield from sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else (path,)


def _module(subject: Subject) -> ModuleType | None:
    """The plugin's top-level package, or its module."""
    plugin = subject.plugin
    if plugin is None:
        from jackfield import registry

        plugin = registry.installed()[subject.id].entry_points[0].load()
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    return sys.modules.get(name.partition(".")[0] if "." in name else name)


def source_faults(path: Path) -> Iterator[str]:
    """What in this file a plugin may not do, as `file:line what`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for fault in (*_imports(node), *_names(node)):
            yield f"{path.name}:{getattr(node, 'lineno', 0)} {fault}"


def _imports(node: ast.AST) -> Iterator[str]:
    named: list[str] = []
    if isinstance(node, ast.Import):
        named = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        named = [f"{node.module}.{alias.name}" for alias in node.names]
    for name in named:
        if any(f"{name}.".startswith(f"{one}.") for one in IMPURE):
            yield f"imports {name}"


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
        yield "is asynchronous"
    if isinstance(node, ast.Name | ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in IMPURE_NAMES:
        yield f"uses {ast.unparse(node)}"
