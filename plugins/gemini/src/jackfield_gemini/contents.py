"""The conversation as `systemInstruction` and `contents`.

Rules of the turns (2026-11): there are two roles, `user` and `model`; all results of one model turn stand in one user
content, in the order of its calls, each with the id that its call was sent with; nothing else stands beside them,
except media of a result, which Gemini 3 takes inside of it and older models in a user content of their own after it.

Source: https://ai.google.dev/gemini-api/docs/function-calling and
https://ai.google.dev/gemini-api/docs/thought-signatures
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import attrs

from jackfield.errors import UnsupportedOption
from jackfield.types.messages import Message
from jackfield.types.parts import Media, Text, ToolCall, ToolResult
from jackfield_gemini.parts import PartWriter, sent_id
from jackfield_gemini.replies import PROVIDER

Json = dict[str, Any]

SKIP_SIGNATURE = "skip_thought_signature_validator"
"""What Google documents for calls that no Gemini made: without it or a signature, Gemini 3 refuses the turn."""


@attrs.define(eq=False, repr=False)
class ConversationWriter:
    """Writes one conversation."""

    parts: PartWriter

    def write(self, messages: Sequence[Message]) -> tuple[list[Json], list[Json]]:
        """The parts of the system instruction, and the contents.

        Raises:
            UnsupportedOption: Gemini cannot be given a part.
        """
        system: list[Json] = []
        contents: list[Json] = []
        calls: Sequence[ToolCall] = ()
        for role, group in groupby(messages, key=lambda message: message.role):
            turns = list(group)
            if role == "system":
                if contents:
                    self.parts.notice("moved", "Gemini has one place for system text: later ones were moved there.")
                system += self._system(turns)
            elif role == "tool":
                contents += self._results(turns, calls)
            else:
                contents += self._turns(turns)
            if role == "assistant":
                calls = [part for turn in turns for part in turn.parts if isinstance(part, ToolCall)]
        return self._placed(system, contents)

    def _placed(self, system: list[Json], contents: list[Json]) -> tuple[list[Json], list[Json]]:
        """For models without a system instruction, the text goes in front of the first user turn."""
        if not system or self.parts.family.system:
            return system, contents
        first = next((content for content in contents if content["role"] == "user"), None)
        if first is None:
            return [], [{"role": "user", "parts": system}, *contents]
        return [], [{**one, "parts": [*system, *one["parts"]]} if one is first else one for one in contents]

    def _system(self, turns: Iterable[Message]) -> Iterator[Json]:
        for part in (part for turn in turns for part in turn.parts):
            if not isinstance(part, Text):
                reason = f"a system message holds text only, not {type(part).__name__}"
                raise UnsupportedOption("messages", reason, provider=PROVIDER, droppable=False)
            if part.text:
                yield {"text": part.text}

    def _turns(self, turns: Iterable[Message]) -> Iterator[Json]:
        for turn in turns:
            if turn.name is not None:
                self.parts.notice("left-out", "Gemini does not know names of speakers.")
            written = [wire for part in turn.parts if (wire := self.parts.write(part)) is not None]
            if turn.role == "assistant" and self.parts.family.newest:
                self._sign(written)
            if written:
                yield {"role": "model" if turn.role == "assistant" else "user", "parts": written}

    def _sign(self, written: list[Json]) -> None:
        """Let the first call of a turn pass that no Gemini signed."""
        first = next((part for part in written if "functionCall" in part), None)
        if first is not None and "thoughtSignature" not in first:
            first["thoughtSignature"] = SKIP_SIGNATURE
            self.parts.notice("unsigned-call", "A tool call without a thought signature was marked as one of others.")

    # --- results of tools --------------------------------------------------------------------------------------------

    def _results(self, turns: Iterable[Message], calls: Sequence[ToolCall]) -> Iterator[Json]:
        answers: list[Json] = []
        beside: list[Json] = []
        results = [part for turn in turns for part in turn.parts]
        for result, call in paired([one for one in results if isinstance(one, ToolResult)], calls):
            answer, media = self._result(result, call)
            answers.append(answer)
            beside += media
        if len(answers) != len(results):
            reason = "a message of the role tool holds tool results only"
            raise UnsupportedOption("messages", reason, provider=PROVIDER, droppable=False)
        if answers:
            yield {"role": "user", "parts": answers}
        if beside:
            yield {"role": "user", "parts": beside}

    def _result(self, result: ToolResult, call: ToolCall | None) -> tuple[Json, list[Json]]:
        """The answer to a call, and the media that have to stand beside it."""
        name = call.name if call else result.name
        if not name:
            reason = f"no call has the id {result.call_id!r}, and the result does not name its tool"
            raise UnsupportedOption("messages", reason, provider=PROVIDER, droppable=False)
        call_id = call.id if call else result.call_id
        response: Json = {"name": name, "response": {"error" if result.is_error else "output": result.text}}
        if sent_id(call_id):
            response["id"] = call_id
        media = [part for part in result.content if isinstance(part, Media)]
        if media and self.parts.family.newest:
            response["parts"] = [self._inside(part) for part in media]
            media = []
        return {"functionResponse": response}, [self.parts.medium(part) for part in media]

    def _inside(self, part: Media) -> Json:
        if part.data is None:
            reason = "a tool result holds media as bytes only"
            raise UnsupportedOption("messages", reason, provider=PROVIDER, droppable=False)
        return self.parts.source(part)


def paired(results: Sequence[ToolResult], calls: Sequence[ToolCall]) -> Iterator[tuple[ToolResult, ToolCall | None]]:
    """The results in the order of their calls: by id, else by name where a result has no id; the others last."""
    waiting = list(results)
    for call in calls:
        found = next((one for one in waiting if one.call_id == call.id), None)
        if found is None:
            found = next((one for one in waiting if not one.call_id and one.name == call.name), None)
        if found is not None:
            waiting.remove(found)
            yield found, call
    yield from ((result, None) for result in waiting)
