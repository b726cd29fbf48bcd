"""The hooks for files and batches of a provider that has them in this format.

Rules: what they do is in `files` and `batches`, which are imported on first use.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import attrs

from jackfield.dialects.chat_completions.dialect import ChatCompletions
from jackfield.dialects.chat_completions.differences import Differences
from jackfield.hookspecs import Flow, hookimpl
from jackfield.http import Settings

if TYPE_CHECKING:
    from jackfield.types.batches import Batch, BatchEntry, BatchItem
    from jackfield.types.files import File, Upload


class FileHooks(NamedTuple):
    """The hooks for files, in the order in which a plugin binds them."""

    upload_file: Any
    get_file: Any
    list_files: Any
    delete_file: Any
    download_file: Any


def file_hooks(differences: Differences) -> FileHooks:
    """The hooks of a provider that keeps files in this format."""

    @hookimpl
    def upload_file(upload: "Upload", settings: Settings) -> "Flow[File]":
        from jackfield.dialects.chat_completions.files import upload_flow

        return upload_flow(differences, upload, settings)

    @hookimpl
    def get_file(file_id: str, settings: Settings) -> "Flow[File]":
        from jackfield.dialects.chat_completions.files import file_flow

        return file_flow(differences, file_id, settings)

    @hookimpl
    def list_files(settings: Settings) -> "Flow[list[File]]":
        from jackfield.dialects.chat_completions.files import files_flow

        return files_flow(differences, settings)

    @hookimpl
    def delete_file(file_id: str, settings: Settings) -> Flow[None]:
        from jackfield.dialects.chat_completions.files import delete_flow

        return delete_flow(differences, file_id, settings)

    @hookimpl
    def download_file(file_id: str, settings: Settings) -> Flow[bytes]:
        from jackfield.dialects.chat_completions.files import download_flow

        return download_flow(differences, file_id, settings)

    return FileHooks(upload_file, get_file, list_files, delete_file, download_file)


class BatchHooks(NamedTuple):
    """The hooks for batches, in the order in which a plugin binds them."""

    create_batch: Any
    get_batch: Any
    list_batches: Any
    cancel_batch: Any
    batch_results: Any


@attrs.frozen(kw_only=True)
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

        @hookimpl
        def create_batch(entries: "Sequence[BatchEntry]", settings: Settings) -> "Flow[Batch]":
            from jackfield.dialects.chat_completions.batches import create_flow

            return create_flow(self, entries, settings)

        @hookimpl
        def get_batch(batch_id: str, settings: Settings) -> "Flow[Batch]":
            from jackfield.dialects.chat_completions.batches import batch_flow

            return batch_flow(self, batch_id, settings)

        @hookimpl
        def list_batches(settings: Settings) -> "Flow[list[Batch]]":
            from jackfield.dialects.chat_completions.batches import batches_flow

            return batches_flow(self, settings)

        @hookimpl
        def cancel_batch(batch_id: str, settings: Settings) -> Flow[None]:
            from jackfield.dialects.chat_completions.batches import cancel_flow

            return cancel_flow(self, batch_id, settings)

        @hookimpl
        def batch_results(batch: "Batch", settings: Settings, strict: bool) -> "Flow[list[BatchItem]]":  # noqa: FBT001 - by name
            from jackfield.dialects.chat_completions.batches import results_flow

            return results_flow(self, batch, settings, strict=strict)

        return BatchHooks(create_batch, get_batch, list_batches, cancel_batch, batch_results)
