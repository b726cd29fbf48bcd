"""What only Workers AI and its AI Gateway understand, as typed values for `extra=`.

Rules: None means "not asked for" and is never sent; an option that the chosen endpoint cannot carry is refused by name.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from jackfield.errors import UsageError
from jackfield.types.fields import checked

Endpoint = Literal["native", "chat", "responses"]
ENDPOINTS: tuple[Endpoint, ...] = ("native", "chat", "responses")


def _header(name: str) -> Any:
    """An option that is a header of AI Gateway."""
    return attrs.field(default=None, metadata={"header": f"cf-aig-{name}"})


@checked(kw_only=True)
class CloudflareGateway:
    """How AI Gateway treats one request; each field is a `cf-aig-*` header.

    Attributes:
        id: the gateway to go through; `default` is made by itself. Not needed where `base_url` names the gateway.
        skip_cache: neither read nor write the gateway's cache.
        cache_ttl_s: how long the gateway may answer from its cache, in seconds.
        cache_key: the cache entry to use, in place of one made from the request.
        metadata: up to five values that the gateway's log shows.
        collect_log: whether the gateway logs this request.
        request_timeout_ms: when the gateway gives up, in milliseconds.
        max_attempts: tries by the gateway itself, at most 5; beside the client's own retries.
        retry_delay_ms: wait between those, at most 5000 milliseconds.
        backoff: how that wait grows.
        event_id: the caller's own id of the log entry.
        custom_cost: dollars, `per_token_in` and `per_token_out`, in place of the listed price.
        byok_alias: which of the keys stored in the gateway to use.
        zdr: whether nothing may be kept (zero data retention).
        allowed_models: between which models the gateway may choose, as it wants it.
        session_id, turn_id: what belongs together in the log.
        no_session_affinity: any replica may answer.

    Source: https://developers.cloudflare.com/ai-gateway/usage/rest-api/
    """

    id: str | None = _header("gateway-id")
    skip_cache: bool | None = _header("skip-cache")
    cache_ttl_s: int | None = _header("cache-ttl")
    cache_key: str | None = _header("cache-key")
    metadata: Mapping[str, str | int | float | bool] | None = _header("metadata")
    collect_log: bool | None = _header("collect-log")
    event_id: str | None = _header("event-id")
    request_timeout_ms: int | None = _header("request-timeout")
    max_attempts: int | None = _header("max-attempts")
    retry_delay_ms: int | None = _header("retry-delay")
    backoff: Literal["constant", "linear", "exponential"] | None = _header("backoff")
    custom_cost: Mapping[str, float] | None = _header("custom-cost")
    byok_alias: str | None = _header("byok-alias")
    zdr: bool | None = _header("zdr")
    allowed_models: str | None = _header("allowed-models")
    session_id: str | None = _header("session-id")
    turn_id: str | None = _header("turn-id")
    no_session_affinity: bool | None = _header("no-session-affinity")


def _endpoint(_instance: object, _attribute: "attrs.Attribute[Any]", value: str | None) -> None:
    if value is not None and value not in ENDPOINTS:
        raise UsageError(f"endpoint must be one of {', '.join(ENDPOINTS)}, not {value!r}")


def _sent(*endpoints: Endpoint, wire: str | None = None) -> Mapping[str, Any]:
    """What marks an option that is a member of the body at these endpoints, under its own name or another."""
    return {"endpoints": endpoints} if wire is None else {"endpoints": endpoints, "wire": wire}


def _own(*endpoints: Endpoint) -> Mapping[str, Any]:
    """What marks an option that the encoder of these endpoints reads by itself."""
    return {"endpoints": endpoints, "wire": None}


@checked(kw_only=True)
class CloudflareOptions:
    """Options of Cloudflare Workers AI, for `extra=`.

    Attributes:
        endpoint: `native` is `/ai/run/{model}`, `chat` the OpenAI-compatible `/ai/v1/chat/completions`, `responses`
            `/ai/v1/responses` (gpt-oss). None: the setting `endpoint`, which is `native` unless told otherwise.
        raw: send the text of the only message as `prompt`, without the model's chat template. Native.
        lora: id or name of a fine-tune. Native.
        repetition_penalty: 0 to 2. Native.
        guided_json: a JSON Schema that steers decoding on gemma-3-12b, mistral-small-3.1, qwq-32b and llama-4-scout;
            sent as it is. Native.
        ignore_eos: go on after the model's end token. Native.
        text_tool_calls: turn text that is nothing but calls of the offered tools into calls (llama-3 and hermes write
            them so in streams). Text that may become a call is held back until it is whole. None: the text stays, and a
            notice `tool-call-as-text` says what it is.
        image_input: `parts` puts pictures into the message as data URIs, `top_level` one picture into the body's
            `image` as a list of bytes. None: what the model's family wants. Native.
        schema_form: `bare` sends the JSON Schema itself, `wrapped` sends it in OpenAI's `{name, schema, strict}`.
            None: bare natively, wrapped for `chat`.
        chat_template_kwargs: for instance `{"enable_thinking": False}`; see each model's page. Native and chat.
        skip_special_tokens: gemma-4. Native and chat.
        reject_if_busy: fail at once (`Overloaded`, code 3040) rather than wait for capacity. Native and chat.
        tags: up to five labels of at most 50 characters, put into the query. Native.
        user, metadata, service_tier: as in OpenAI's API. Chat and responses.
        logit_bias: token number to bias, -100 to 100. Chat.
        count: how many candidates, 1 to 128; the further ones are `result.alternatives`. Chat.
        previous_response_id: continue a stored reply. Responses.
        reasoning_summary: ask for a summary of the reasoning. Responses.
        verbosity: length of the answer. Responses.
        truncation: what to do if the input is too long. Responses.
        prompt_cache_key: requests with the same key share a cache. Responses.
        include: further things to be answered, such as `reasoning.encrypted_content`. Responses.
        safety_identifier: an opaque name of the end user. Responses.
        body: further members of the request as they go on the wire; they win.
        session_affinity: requests with the same opaque id go to the same replica, so that its prefix cache is hit.
        gateway: route through AI Gateway, and how.

    Sources: https://developers.cloudflare.com/workers-ai/models/ and
    https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
    """

    endpoint: Endpoint | None = attrs.field(default=None, validator=_endpoint, metadata={"wire": None})
    raw: bool | None = attrs.field(default=None, metadata=_own("native"))
    lora: str | None = attrs.field(default=None, metadata=_sent("native"))
    repetition_penalty: float | None = attrs.field(default=None, metadata=_sent("native"))
    guided_json: Mapping[str, Any] | None = attrs.field(default=None, metadata=_sent("native"))
    ignore_eos: bool | None = attrs.field(default=None, metadata=_sent("native"))
    text_tool_calls: bool | None = attrs.field(default=None, metadata=_own(*ENDPOINTS))
    image_input: Literal["parts", "top_level"] | None = attrs.field(default=None, metadata=_own("native"))
    schema_form: Literal["bare", "wrapped"] | None = attrs.field(default=None, metadata=_own("native", "chat"))
    chat_template_kwargs: Mapping[str, Any] | None = attrs.field(default=None, metadata=_sent("native", "chat"))
    skip_special_tokens: bool | None = attrs.field(default=None, metadata=_sent("native", "chat"))
    reject_if_busy: bool | None = attrs.field(default=None, metadata=_own("native", "chat"))
    tags: tuple[str, ...] | None = attrs.field(default=None, metadata=_own("native"))
    user: str | None = attrs.field(default=None, metadata=_sent("chat", "responses"))
    metadata: Mapping[str, str] | None = attrs.field(default=None, metadata=_sent("chat", "responses"))
    service_tier: str | None = attrs.field(default=None, metadata=_sent("chat", "responses"))
    logit_bias: Mapping[str, float] | None = attrs.field(default=None, metadata=_sent("chat"))
    count: int | None = attrs.field(default=None, metadata=_sent("chat", wire="n"))
    previous_response_id: str | None = attrs.field(default=None, metadata=_sent("responses"))
    reasoning_summary: Literal["auto", "concise", "detailed"] | None = attrs.field(
        default=None, metadata=_own("responses")
    )
    verbosity: Literal["low", "medium", "high"] | None = attrs.field(default=None, metadata=_own("responses"))
    truncation: Literal["auto", "disabled"] | None = attrs.field(default=None, metadata=_sent("responses"))
    prompt_cache_key: str | None = attrs.field(default=None, metadata=_sent("responses"))
    include: tuple[str, ...] | None = attrs.field(default=None, metadata=_sent("responses"))
    safety_identifier: str | None = attrs.field(default=None, metadata=_sent("responses"))
    body: Mapping[str, Any] | None = attrs.field(default=None, metadata={"members": True})
    session_affinity: str | None = attrs.field(default=None, metadata=_own(*ENDPOINTS))
    gateway: CloudflareGateway | None = attrs.field(default=None, metadata=_own(*ENDPOINTS))

    def misplaced(self, endpoint: Endpoint) -> tuple[str, tuple[Endpoint, ...]] | None:
        """The first option that is set and that this endpoint does not know, with the endpoints that do; or None."""
        for field in attrs.fields(type(self)):
            fits: tuple[Endpoint, ...] = field.metadata.get("endpoints", ENDPOINTS)
            if endpoint not in fits and getattr(self, field.name) is not None:
                return field.name, fits
        return None
