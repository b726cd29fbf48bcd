"""Plugins that are broken in one way each: the tiny good one with a line changed, and what the kit has to say."""

# ruff: noqa: E501 - a table of lines of code

import attrs


@attrs.frozen
class Broken:
    """One defect.

    Attributes:
        name: what the plugin does wrong.
        old, new: the lines of `tiny.py` that make it do so.
        case: the case that has to fail, among others perhaps.
        clause: the clause that it names.
        says: a part of what it says.
    """

    name: str
    old: str
    new: str
    case: str
    clause: str
    says: str


TABLE = (
    Broken("drops an option silently", '        body["heat"] = request.temperature', "        pass",
           "test_option[temperature-text]", "options", "temperature=0.25 is dropped in silence"),
    Broken("ignores the value of max_tokens", 'body["limit"] = request.max_tokens', 'body["limit"] = 100',
           "test_option[max_tokens-image]", "options", "the same as with another value"),
    Broken("drops an option when it streams", "if request.seed is not None:",
           "if request.seed is not None and not request.stream:",
           "test_option[seed-text]", "options", "seed=1301 is dropped in silence"),
    Broken("offers a choice of nothing", "        if not tools:", "        if False:",
           "test_choice_without_tools", "options", "tool_choice is sent without tools"),
    Broken("drops the bytes of a picture", '{"see": part.data.hex()}', '{"see": "a picture"}',
           "test_media[image]", "parts", "the bytes of the image part do not leave the plugin"),
    Broken("drops system messages", "for one in request.messages]", 'for one in request.messages if one.role != "system"]',
           "test_conversation", "parts", "mark-system"),
    Broken("takes 0 for nothing", "if request.temperature is not None:", "if request.temperature:",
           "test_option[temperature-text]", "options", "temperature=0.0 is dropped in silence"),
    Broken("misspells a field", 'body["limit"] = request.max_tokens', 'body["limits"] = request.max_tokens',
           "test_simulated_option[max_tokens]", "options", "the simulator refuses it: "),
    Broken("mixes up tool results", '{"id": part.call_id, "text": part.text}', '{"id": "0", "text": "something"}',
           "test_tool_results", "parts", "tool results do not leave the plugin"),
    Broken("never asks for a stream", 'body["stream"] = True', "pass",
           "test_stream_flag", "streams", "nothing asks for a stream"),
    Broken("takes the end of the bytes for the end", "    def close(self) -> Sequence[Event]:\n",
           "    def close(self) -> Sequence[Event]:\n        self.state = StreamState.DONE\n",
           "test_cut", "cut-streams", "the stream counts as complete"),
    Broken("knows no terminal event", "self.state = StreamState.DONE", "pass",
           "test_terminal_event", "streams", "no terminal event"),
    Broken("merges tool calls", "index=one.call.slot, id=one.call.id,", "index=0, id=None,",
           "test_streamed_tool_calls", "tools", "a call came out as"),
    Broken("loses its state", '{"think": part.text, **self.state(part.opaque)}', '{"think": part.text}',
           "test_state_matters", "state", "the state that the reply brought is not sent back"),
    Broken("loses its state when it streams", "        return tuple(events_of(one))\n",
           "        return tuple(attrs.evolve(e, opaque=None) if isinstance(e, ReasoningDelta) else e for e in events_of(one))\n",
           "test_stream_equals_whole", "state", "the state that belongs to the reply differs"),
    Broken("sends the state of others", 'if opaque.provider != "tiny":', "if False:",
           "test_foreign_state", "state", "is sent to this one"),
    Broken("crashes on an unknown field", "WireEvent, strict=self._strict)", "WireEvent, strict=True)",
           "test_unknown_fields_in_stream", "unknown-fields", "an unknown field in event 0 breaks it"),
    Broken("accepts an unknown field in strict mode", "WireReply, strict=request.strict)", "WireReply, strict=False)",
           "test_unknown_field_when_strict", "unknown-fields", "is accepted in strict mode"),
    Broken("does not expect new finish reasons", "REASONS.get(one.end.why, FinishReason.OTHER)", "REASONS[one.end.why]",
           "test_unknown_finish_reason", "hooks", "KeyError"),
    Broken("calls every end an end by length", '"stop": FinishReason.STOP', '"stop": FinishReason.LENGTH',
           "test_reply", "whole-replies", "has the finish_reason length, expected stop"),
    Broken("shows other bytes than were sent", "body=response.body)\n    return assemble", 'body=b"")\n    return assemble',
           "test_reply", "whole-replies", "result.raw holds other bytes"),
    Broken("shows the key", 'key.prefixed("Bearer ")}', '"Bearer " + key.reveal()}',
           "test_request", "secrets", "the key shows in a header that is no Secret"),
    Broken("puts the key into the URL", 'url=f"{settings.base_url}/ask"',
           'url=f"{settings.base_url}/ask?key={settings.secret(\'api_key\').reveal()}"',
           "test_request", "hooks", "puts a secret into the address"),
    Broken("is asynchronous", "@hookimpl\ndef encode_request", "@hookimpl\nasync def encode_request",
           "test_source", "purity", "is asynchronous"),
    Broken("imports a socket", "import json\n", "import json\nimport socket\n",
           "test_source", "purity", "imports socket"),
    Broken("reads the environment", "    writing = Writing()\n",
           '    writing = Writing()\n    __import__("os").environ.get("TINY_MODE")\n',
           "test_run", "purity", "os.environ['TINY_MODE']"),
    Broken("reads the clock", "    reply = wire.structure", '    __import__("time").time()\n    reply = wire.structure',
           "test_run", "purity", "a hook used time.time"),
    Broken("encodes in another way each time", "    body: Json = {", '    COUNT.append(1)\n    body: Json = {"seed": len(COUNT),',
           "test_repeated", "purity", "encoded in two ways"),
    Broken("returns the wrong type", "    return Parser(strict=request.strict)", "    return iter(())",
           "test_split_anywhere", "hooks", "expected StreamParser"),
    Broken("has another id", 'id="tiny"', 'id="mini"', "test_it_loads", "loading", "calls itself 'mini'"),
    Broken("is too new", 'api_version="1.0"', 'api_version="1.9"', "test_it_loads", "loading", "upgrade jackfield"),
    Broken("uses newer hooks than it names", "def simulate(request: HttpRequest)", "def simulate(request: HttpRequest, store: object)",
           "test_version", "loading", "api_version is '1.0', and simulate(store) came with 1.1"),
    Broken("lists models for ever", 'page = value.get("next")\n        if page is not None and', "page = 1\n        if False and",
           "test_models", "models", "asks for page after page"),
    Broken("stumbles over its own pages", 'if "models" not in value:', 'if "model" not in value:',
           "test_models", "models", "an error where none belongs: DecodeError"),
    Broken("follows a list in a circle", "if page is not None and page <= len(models):", "if False:",
           "test_models_endless", "models", "asks for page after page"),
    Broken("reads only the first page", 'page = value.get("next")', "page = None",
           "test_models_to_the_end", "models", "says that there is more: next is 2"),
    Broken("forgets a page when it reads the next", "models += [Model(", "models = [Model(",
           "test_models_to_the_end", "models", "of page 1 of "),
    Broken("takes an error for a page", "        if response.status != 200:\n            raise error_of(response.body, resp"
           "onse.status, {})\n        value = record(wire.loads(response.body))\n",
           '        value = {"models": [], **record(wire.loads(response.body))}\n',
           "test_models_error[401]", "models", "was taken for one of 0 models"),
    Broken("maps 429 to InvalidRequest", "429: RateLimited", "429: InvalidRequest",
           "test_status[429]", "errors", "became InvalidRequest, expected RateLimited"),
    Broken("crashes on an error page", "(DecodeError, KeyError, TypeError, IndexError)", "(KeyError, TypeError, IndexError)",
           "test_status[500]", "errors", "became a DecodeError"),
    Broken("adds up its own usage", "output_tokens=one.end.wrote)", "output_tokens=one.end.wrote, total_tokens=one.end.read + one.end.wrote)",
           "test_usage", "usage", "the provider sent no such number"),
    Broken("swallows an error in the stream", "            raise error_of(frame.data, None, {})", "            self.state = StreamState.DONE\n            return ()",
           "test_error_in_stream", "errors", "ended as None"),
    Broken("repeats its text", "            self.state = StreamState.DONE\n        return tuple(events_of(one))",
           "            self.state = StreamState.DONE\n        Parser.seen = getattr(Parser, 'seen', ()) + tuple(events_of(one))\n        return Parser.seen if one.end else tuple(events_of(one))",
           "test_stream_equals_whole", "streams", "text differ"),
    Broken("shares state between streams", "        return tuple(events_of(one))\n",
           "        Parser.last = getattr(Parser, 'last', None) != frame.data and frame.data\n"
           "        return tuple(events_of(one)) if Parser.last else ()\n",
           "test_parsers_are_apart", "streams", "two streams that are read in turns mix"),
    Broken("drops reasoning", "        yield ReasoningDelta(one.think, opaque=sealed(one.seal))", "        pass",
           "test_nothing_is_lost", "whole-replies", "nowhere in the result"),
    Broken("keeps no schema of a tool", "tool_schemas=compiled", "tool_schemas={}",
           "test_tool_schema[plain]", "schemas", "tool_schemas lacks a tool"),
    Broken("declares an option that is none", '"seed", "tools"', '"seed", "heat", "tools"',
           "test_info", "declaration", "'heat', which is no option"),
    Broken("declares a key that is not secret", 'variables=("TINY_API_KEY",), secret=True', 'variables=("TINY_API_KEY",)',
           "test_settings", "declaration", "holds a key and is not secret"),
)  # fmt: skip
