"""`client.files` and `client.batches`: what a provider keeps for the caller, for threads and for asyncio tasks.

Rules: no logic; each method runs a flow of `operations.stored`. What a provider does not do raises
UnsupportedOperation, before anything is sent.
"""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol, TypeVar, Unpack

from jackfield.flow import Steps
from jackfield.operations.build import GenerateOptions, Prompt
from jackfield.operations.setup import Setup
from jackfield.operations.stored import (
    LIST,
    NONE,
    Contents,
    batch_results,
    converse,
    create_batch,
    id_of,
    read_upload,
    wait_batch,
    wait_file,
)
from jackfield.types.batches import Batch, BatchItem
from jackfield.types.files import File

T = TypeVar("T")
Prompts = Mapping[str, Prompt] | Sequence[Prompt]


class Run(Protocol):
    """Drives a flow to its end."""

    def __call__(self, flow: Steps[T], /) -> T:
        """What the flow returns."""
        ...


class AsyncRun(Protocol):
    """Drives a flow to its end, awaited."""

    def __call__(self, flow: Steps[T], /) -> Awaitable[T]:
        """What the flow returns."""
        ...


class Files:
    """The files that the provider keeps. Errors are those of `Client.generate`; NotFound if there is no such file."""

    def __init__(self, setup: Setup, run: Run) -> None:
        """Made by a Client, once."""
        self._setup, self._run = setup, run

    def upload(
        self, source: Contents, *, mime_type: str | None = None, name: str | None = None, purpose: str | None = None
    ) -> File:
        """Upload a file.

        Args:
            source: its path, or the bytes themselves.
            mime_type: such as `video/mp4`; told from the bytes, else from the path, unless given.
            name: what to call it; the path's last part unless given.
            purpose: for a provider that asks for one, such as `batch`, which is what is sent unless given.

        Raises:
            UsageError: it cannot be read, or its type cannot be told; nothing was sent.
        """
        upload = read_upload(source, mime_type, name, purpose)
        return self._run(converse(self._setup, "upload_file", File, upload=upload))

    def get(self, file: File | str) -> File:
        """Look a file up, by its id."""
        return self._run(converse(self._setup, "get_file", File, file_id=id_of(file, File)))

    def list(self) -> "list[File]":
        """All files, every page of them."""
        return self._run(converse(self._setup, "list_files", LIST))

    def delete(self, file: File | str) -> None:
        """Delete a file."""
        self._run(converse(self._setup, "delete_file", NONE, file_id=id_of(file, File)))

    def download(self, file: File | str) -> bytes:
        """What is in a file. Some providers give only files that they made themselves."""
        return self._run(converse(self._setup, "download_file", bytes, file_id=id_of(file, File)))

    def wait(self, file: File | str, *, poll_s: float = 2.0) -> File:
        """Wait until a file can be used; `timeouts.total_s` of the client bounds it.

        Args:
            file: the file, or its id.
            poll_s: seconds between two looks.

        Raises:
            ProviderError: the provider could not process it.
            TotalTimeout: it took too long.
        """
        return self._run(wait_file(self._setup, id_of(file, File), poll_s))


class Batches:
    """Batches of requests, which the provider answers later, for less. Errors are those of `Client.generate`."""

    def __init__(self, setup: Setup, run: Run) -> None:
        """Made by a Client, once."""
        self._setup, self._run = setup, run

    def create(self, prompts: Prompts, **options: Unpack[GenerateOptions]) -> Batch:
        """Hand in many requests at once; this is not sent a second time where the first may have arrived.

        Args:
            prompts: by ids of your own, or a list, whose ids are `0`, `1` and so on.
            options: see `GenerateOptions`; they hold for each request.

        Raises:
            UsageError: there are none, or a request is wrong; nothing was sent.
        """
        return self._run(create_batch(self._setup, prompts, options))

    def get(self, batch: Batch | str) -> Batch:
        """Look a batch up, by its id."""
        return self._run(converse(self._setup, "get_batch", Batch, batch_id=id_of(batch, Batch)))

    def list(self) -> "list[Batch]":
        """All batches, every page of them."""
        return self._run(converse(self._setup, "list_batches", LIST))

    def cancel(self, batch: Batch | str) -> None:
        """Ask for a batch to be cancelled; what is done already stays done."""
        self._run(converse(self._setup, "cancel_batch", NONE, batch_id=id_of(batch, Batch)))

    def wait(self, batch: Batch | str, *, poll_s: float = 60.0) -> Batch:
        """Wait until a batch has ended, well or not; `timeouts.total_s` of the client bounds it.

        Args:
            batch: the batch, or its id.
            poll_s: seconds between two looks.

        Raises:
            TotalTimeout: it took too long.
        """
        return self._run(wait_batch(self._setup, id_of(batch, Batch), poll_s))

    def results(self, batch: Batch | str) -> dict[str, BatchItem]:
        """The results of a batch that has ended, by the ids of its requests.

        A request that failed has an error in place of a result; one that the provider says nothing of is not there.

        Raises:
            UsageError: the batch has not ended.
        """
        return self._run(batch_results(self._setup, batch))


class AsyncFiles:
    """See `Files`; awaited."""

    def __init__(self, setup: Setup, run: AsyncRun) -> None:
        """Made by an AsyncClient, once."""
        self._setup, self._run = setup, run

    async def upload(
        self, source: Contents, *, mime_type: str | None = None, name: str | None = None, purpose: str | None = None
    ) -> File:
        """See `Files.upload`; a path is read before anything is awaited."""
        upload = read_upload(source, mime_type, name, purpose)
        return await self._run(converse(self._setup, "upload_file", File, upload=upload))

    async def get(self, file: File | str) -> File:
        """See `Files.get`."""
        return await self._run(converse(self._setup, "get_file", File, file_id=id_of(file, File)))

    async def list(self) -> "list[File]":
        """See `Files.list`."""
        return await self._run(converse(self._setup, "list_files", LIST))

    async def delete(self, file: File | str) -> None:
        """See `Files.delete`."""
        await self._run(converse(self._setup, "delete_file", NONE, file_id=id_of(file, File)))

    async def download(self, file: File | str) -> bytes:
        """See `Files.download`."""
        return await self._run(converse(self._setup, "download_file", bytes, file_id=id_of(file, File)))

    async def wait(self, file: File | str, *, poll_s: float = 2.0) -> File:
        """See `Files.wait`."""
        return await self._run(wait_file(self._setup, id_of(file, File), poll_s))


class AsyncBatches:
    """See `Batches`; awaited."""

    def __init__(self, setup: Setup, run: AsyncRun) -> None:
        """Made by an AsyncClient, once."""
        self._setup, self._run = setup, run

    async def create(self, prompts: Prompts, **options: Unpack[GenerateOptions]) -> Batch:
        """See `Batches.create`."""
        return await self._run(create_batch(self._setup, prompts, options))

    async def get(self, batch: Batch | str) -> Batch:
        """See `Batches.get`."""
        return await self._run(converse(self._setup, "get_batch", Batch, batch_id=id_of(batch, Batch)))

    async def list(self) -> "list[Batch]":
        """See `Batches.list`."""
        return await self._run(converse(self._setup, "list_batches", LIST))

    async def cancel(self, batch: Batch | str) -> None:
        """See `Batches.cancel`."""
        await self._run(converse(self._setup, "cancel_batch", NONE, batch_id=id_of(batch, Batch)))

    async def wait(self, batch: Batch | str, *, poll_s: float = 60.0) -> Batch:
        """See `Batches.wait`."""
        return await self._run(wait_batch(self._setup, id_of(batch, Batch), poll_s))

    async def results(self, batch: Batch | str) -> dict[str, BatchItem]:
        """See `Batches.results`."""
        return await self._run(batch_results(self._setup, batch))
