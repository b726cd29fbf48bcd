"""The hooks for files and batches of a provider that has them in this format.

Rules: what they do is in `files` and `batches`, which are imported on first use.
"""

from typing import Any, Literal, NamedTuple

from jackfield.dialects.chat_completions.dialect import ChatCompletions
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.hookspecs import deferred
from jackfield.values import frozen

_HERE = __name__.rpartition(".")[0]


class FileHooks(NamedTuple):
    """The hooks for files, in the order in which a plugin binds them."""

    upload_file: Any
    get_file: Any
    list_files: Any
    delete_file: Any
    download_file: Any


def file_hooks(differences: Differences) -> FileHooks:
    """The hooks of a provider that keeps files in this format."""
    return FileHooks(*(deferred(hook, f"{_HERE}.files:{hook}", differences) for hook in FileHooks._fields))


class BatchHooks(NamedTuple):
    """The hooks for batches, in the order in which a plugin binds them."""

    create_batch: Any
    get_batch: Any
    list_batches: Any
    cancel_batch: Any
    batch_results: Any


@frozen(kw_only=True)
class Batching:
    """How a provider departs from the plain format.

    Attributes:
        window: how long the provider may take.
        cancel: `POST` to a path below the batch, or `DELETE` of the batch itself.
        results: whether they are in files of their own, or at a path below the batch.
    """

    dialect: ChatCompletions
    window: str = "24h"
    cancel: Literal["POST", "DELETE"] = "POST"
    results: Literal["files", "path"] = "files"

    def hooks(self) -> BatchHooks:
        """The hooks; a plugin binds those that its provider documents."""
        return BatchHooks(*(deferred(hook, f"{_HERE}.batches:{hook}", self) for hook in BatchHooks._fields))
