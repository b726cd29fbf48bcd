"""What generateContent and its relatives answer, as wire types.

Every member may be absent: an absent one means 0, "", false or an empty list, by the rules of protocol buffers. Parts
are kept as plain objects in `Content`, because a part is a bag of keys of which unknown ones must survive; `Part` is
only their check. Objects that go out to the caller untouched are typed here for the strict mode alone.

Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
"""

from typing import Any

import attrs

from jackfield_gemini.mirror import mirror

Json = dict[str, Any]


# --- parts -----------------------------------------------------------------------------------------------------------


@mirror
class Blob:
    """Bytes in base64."""

    mime_type: str | None = None
    data: str | None = None
    display_name: str | None = None


@mirror
class FileData:
    """A file by its address."""

    mime_type: str | None = None
    file_uri: str | None = None
    display_name: str | None = None


@mirror
class FunctionCall:
    """The model asks for a function. Ids came with Gemini 3."""

    name: str
    id: str | None = None
    args: Json | None = None


@mirror
class FunctionResponse:
    """The answer to a call; never part of a reply, yet part of the schema."""

    name: str
    id: str | None = None
    response: Json | None = None
    parts: Any = None
    scheduling: str | None = None
    will_continue: bool | None = None


@mirror
class ExecutableCode:
    """Code that the model wrote for the sandbox."""

    code: str = ""
    language: str | None = None
    id: str | None = None


@mirror
class CodeExecutionResult:
    """What the sandbox printed."""

    outcome: str | None = None
    output: str = ""
    id: str | None = None


@mirror
class ServerToolCall:
    """A tool of Google's own is used (Gemini 3, `includeServerSideToolInvocations`)."""

    tool_type: str | None = None
    id: str | None = None
    args: Json | None = None


@mirror
class ServerToolResponse:
    """What it gave."""

    tool_type: str | None = None
    id: str | None = None
    response: Json | None = None


@mirror
class AudioTranscription:
    """Speech as text."""

    text: str = ""
    finished: bool | None = None
    language_code: str | None = None
    speaker_label: str | None = None
    words: Any = None
    start_offset: str | None = None
    end_offset: str | None = None


@mirror
class Part:
    """One data key and any number of modifiers."""

    text: str | None = None
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    executable_code: ExecutableCode | None = None
    code_execution_result: CodeExecutionResult | None = None
    tool_call: ServerToolCall | None = None
    tool_response: ServerToolResponse | None = None
    audio_transcription: AudioTranscription | None = None
    thought: bool | None = None
    thought_signature: str | None = None
    video_metadata: Json | None = None
    media_resolution: Json | None = None
    media_processing: str | None = None
    audio_metadata: Json | None = None
    document_metadata: Json | None = None
    spreadsheet_metadata: Json | None = None
    speech_metadata: Json | None = None
    part_metadata: Json | None = None


@mirror
class Content:
    """One turn."""

    role: str | None = None
    parts: tuple[Json, ...] = ()


# --- sources ---------------------------------------------------------------------------------------------------------


@mirror
class GroundingChunk:
    """One source; exactly one member is there."""

    web: Json | None = None
    image: Json | None = None
    retrieved_context: Json | None = None
    maps: Json | None = None


@mirror
class Segment:
    """A span of the answer; indices count UTF-8 bytes, the end is exclusive."""

    part_index: int | None = None
    start_index: int = 0
    end_index: int | None = None
    text: str | None = None


@mirror
class GroundingSupport:
    """Which sources support which span."""

    segment: Segment | None = None
    grounding_chunk_indices: tuple[int, ...] = ()
    confidence_scores: Any = None
    rendered_parts: Any = None


@mirror
class GroundingMetadata:
    """Everything about the sources."""

    grounding_chunks: tuple[GroundingChunk, ...] = ()
    grounding_supports: tuple[GroundingSupport, ...] = ()
    web_search_queries: tuple[str, ...] = ()
    image_search_queries: tuple[str, ...] = ()
    retrieval_queries: tuple[str, ...] = ()
    search_entry_point: Json | None = None
    retrieval_metadata: Json | None = None
    google_maps_widget_context_token: str | None = None
    source_flagging_uris: Any = None


@mirror
class UrlMetadata:
    """One page that was fetched, or not."""

    retrieved_url: str | None = None
    url_retrieval_status: str | None = None


@mirror
class UrlContextMetadata:
    """The pages that URL context fetched."""

    url_metadata: tuple[UrlMetadata, ...] = ()


@mirror
class CitationSource:
    """A span that repeats a source at length; indices count UTF-8 bytes."""

    start_index: int = 0
    end_index: int | None = None
    uri: str | None = None
    license: str | None = None
    title: str | None = None
    publication_date: Any = None


@mirror
class CitationMetadata:
    """Sources of recited text; Vertex calls the list `citations`."""

    citation_sources: tuple[CitationSource, ...] = ()
    citations: tuple[CitationSource, ...] = ()


# --- log probabilities -----------------------------------------------------------------------------------------------


@mirror
class LogprobCandidate:
    """One token."""

    token: str = ""
    token_id: int | None = None
    log_probability: float | None = None


@mirror
class TopCandidates:
    """The likeliest tokens of one step; may be empty (seen 2025-08)."""

    candidates: tuple[LogprobCandidate, ...] = ()


@mirror
class LogprobsResult:
    """Two lists side by side, one entry a step."""

    chosen_candidates: tuple[LogprobCandidate, ...] = ()
    top_candidates: tuple[TopCandidates, ...] = ()
    log_probability_sum: float | None = None


# --- the whole answer ------------------------------------------------------------------------------------------------


@mirror
class SafetyRating:
    """How harmful one category was judged to be."""

    category: str | None = None
    probability: str | None = None
    blocked: bool | None = None
    probability_score: float | None = None
    severity: str | None = None
    severity_score: float | None = None


@mirror
class Candidate:
    """One of the replies; an absent index is 0, an absent finish reason means that there is more to come."""

    content: Content | None = None
    index: int = 0
    finish_reason: str | None = None
    finish_message: str | None = None
    token_count: int | None = None
    safety_ratings: tuple[SafetyRating, ...] = ()
    citation_metadata: CitationMetadata | None = None
    grounding_metadata: GroundingMetadata | None = None
    grounding_attributions: Any = None
    url_context_metadata: UrlContextMetadata | None = None
    avg_logprobs: float | None = None
    logprobs_result: LogprobsResult | None = None
    continuation_token: str | None = None


@mirror
class PromptFeedback:
    """Why the prompt was refused."""

    block_reason: str | None = None
    block_reason_message: str | None = None
    safety_ratings: tuple[SafetyRating, ...] = ()


@mirror
class ModalityTokens:
    """Tokens of one kind."""

    modality: str | None = None
    token_count: int = 0


@mirror
class UsageMetadata:
    """Tokens so far; a running figure in streams."""

    prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    total_token_count: int | None = None
    prompt_tokens_details: tuple[ModalityTokens, ...] = ()
    cache_tokens_details: tuple[ModalityTokens, ...] = ()
    candidates_tokens_details: tuple[ModalityTokens, ...] = ()
    tool_use_prompt_tokens_details: tuple[ModalityTokens, ...] = ()
    service_tier: str | None = None
    traffic_type: str | None = None


@mirror
class GenerateContentResponse:
    """A whole answer, or one event of a stream."""

    candidates: tuple[Candidate, ...] = ()
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str | None = None
    response_id: str | None = None
    model_status: Json | None = None
    create_time: str | None = None


# --- models and images -----------------------------------------------------------------------------------------------


@mirror
class ModelEntry:
    """One model of `models.list`; `thinking` is absent where it is false."""

    name: str
    base_model_id: str | None = None
    version: str | None = None
    display_name: str | None = None
    description: str | None = None
    input_token_limit: int | None = None
    output_token_limit: int | None = None
    supported_generation_methods: tuple[str, ...] = ()
    temperature: float | None = None
    max_temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    thinking: bool = False


@mirror
class Prediction:
    """One picture of Imagen, or a note about the prompt."""

    bytes_base64_encoded: str | None = attrs.field(default=None)
    mime_type: str | None = None
    content_type: str | None = None
    prompt: str | None = None
    rai_filtered_reason: str | None = None
    safety_attributes: Json | None = None


@mirror
class PredictResponse:
    """The answer to `:predict`; no predictions means that all were filtered."""

    predictions: tuple[Prediction, ...] = ()
    metadata: Any = None
    deployed_model_id: str | None = None
    model: str | None = None
    model_display_name: str | None = None
    model_version_id: str | None = None
