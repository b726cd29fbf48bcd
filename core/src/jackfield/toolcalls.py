"""Calling the functions behind tool calls, one after another in a thread, or together in asyncio tasks.

Rules: whatever goes wrong in a tool becomes an error for the model, never an exception of the call. A coroutine
function works in both worlds; in asyncio a plain function runs in a thread, so that it holds up neither the loop nor
the others.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from jackfield.errors import JackfieldError, UsageError
from jackfield.flow import RunTools
from jackfield.schema import read_arguments
from jackfield.types.parts import ToolCall

Answer = tuple[Any, bool]
"""What a tool gave, and whether it is an error."""


def _bound(call: ToolCall, job: RunTools) -> Callable[[], Any]:
    """The call ready to be made.

    Raises:
        JackfieldError: the model called something that does not exist, or with arguments that do not fit.
    """
    tool = next((one for one in job.tools if one.name == call.name), None)
    if tool is None or tool.function is None:
        msg = f"there is no tool named {call.name!r}; there are: {', '.join(one.name for one in job.tools)}"
        raise UsageError(msg)
    if call.error is not None:
        msg = f"the arguments are not a JSON object: {call.error}"
        raise UsageError(msg)
    function: Callable[..., Any] = tool.function
    arguments: Mapping[str, Any] = call.arguments
    if tool.typed:
        arguments = read_arguments(function, call.arguments, job.schemas.get(call.name))
    return partial(function, **arguments)


def call_sync(call: ToolCall, job: RunTools) -> Answer:
    """Call it in this thread."""
    try:
        answer = _bound(call, job)()
        return (_run(answer) if inspect.isawaitable(answer) else answer), False
    except Exception as error:  # noqa: BLE001 - the model is told, and may try again
        return _told(error), True


async def call_async(call: ToolCall, job: RunTools) -> Answer:
    """Call it in this task."""
    try:
        bound = _bound(call, job)
        if inspect.iscoroutinefunction(bound):
            return await bound(), False
        answer, is_error = await asyncio.to_thread(_answered, bound)
        return (await answer if inspect.isawaitable(answer) else answer), is_error
    except Exception as error:  # noqa: BLE001 - the model is told, and may try again
        return _told(error), True


def _answered(bound: Callable[[], Any]) -> Answer:
    """Call it in a thread: nothing may be raised out of there, since no Future takes a StopIteration."""
    try:
        return bound(), False
    except Exception as error:  # noqa: BLE001 - as in call_async
        return _told(error), True


def _run(awaitable: Awaitable[Any]) -> Any:
    """Wait for it in an event loop of its own: in another thread where this one runs a loop, as notebooks do."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_awaited(awaitable))
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, _awaited(awaitable)).result()


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, JackfieldError) else f"{type(error).__name__}: {error}"


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
