"""What only Gemini can be told, as typed options: `extra=GeminiOptions(...)`, and `Media.extra` for one part.

Rules: a field is spelled on the wire as its camelCase name unless its metadata says otherwise; None is not sent. Words
in capitals are Google's own and passed on as they are, so that new ones work.

Source: https://ai.google.dev/api/generate-content and https://ai.google.dev/api/caching#Tool (2026-11)
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from jackfield.types.fields import checked
from jackfield_gemini.families import SchemaField
from jackfield_gemini.mirror import as_wire


@checked
class SafetySetting:
    """How harmful a reply may be in one category, such as `HARM_CATEGORY_HARASSMENT`, before it is blocked.

    Attributes:
        threshold: `BLOCK_LOW_AND_ABOVE`, `BLOCK_MEDIUM_AND_ABOVE`, `BLOCK_ONLY_HIGH`, `BLOCK_NONE` or `OFF`.
    """

    category: str
    threshold: str


# --- speech and pictures ---------------------------------------------------------------------------------------------


@checked(kw_only=True)
class Speech:
    """The voices of a text-to-speech model.

    Attributes:
        voice: a prebuilt voice, such as `Kore`; excludes speakers.
        language_code: BCP 47, such as `en-US`.
        speakers: name in the prompt -> voice, exactly two.
    """

    voice: str | None = None
    language_code: str | None = None
    speakers: Mapping[str, str] = attrs.field(factory=dict[str, str])


@checked(kw_only=True)
class ImageConfig:
    """The shape of pictures from a Gemini image model.

    Attributes:
        aspect_ratio: such as `16:9`.
        image_size: `512`, `1K`, `2K` or `4K`.
    """

    aspect_ratio: str | None = None
    image_size: str | None = None


@checked(kw_only=True)
class ImagenOptions:
    """Parameters of Imagen's `:predict`.

    Attributes:
        person_generation: `dont_allow`, `allow_adult` or `allow_all`.
        output_options: such as `{"mimeType": "image/jpeg", "compressionQuality": 80}`.
    """

    person_generation: str | None = None
    safety_setting: str | None = None
    language: str | None = None
    guidance_scale: float | None = None
    include_safety_attributes: bool | None = None
    include_rai_reason: bool | None = attrs.field(default=None, metadata={"wire": "includeRAIReason"})
    output_options: Mapping[str, Any] | None = None


# --- tools that Google runs ------------------------------------------------------------------------------------------


@checked(kw_only=True)
class GoogleSearch:
    """Google Search with more than `web_search` can say.

    Attributes:
        images: search for pictures too.
        start_time, end_time: RFC 3339; only pages from this span.
    """

    images: bool = False
    start_time: str | None = None
    end_time: str | None = None


@checked(kw_only=True)
class GoogleMaps:
    """Google Maps as a source."""

    enable_widget: bool | None = None


@checked(kw_only=True)
class FileSearch:
    """Search in stores of the caller's own documents.

    Attributes:
        file_search_store_names: such as `fileSearchStores/my-store`, at most 5.
        metadata_filter: an AIP-160 expression.
    """

    file_search_store_names: tuple[str, ...]
    top_k: int | None = None
    metadata_filter: str | None = None


@checked(kw_only=True)
class ComputerUse:
    """Let the model operate a screen; its actions come as ordinary tool calls, coordinates from 0 to 999.

    Attributes:
        environment: `ENVIRONMENT_BROWSER`, `ENVIRONMENT_MOBILE` or `ENVIRONMENT_DESKTOP`.
        disabled_safety_policies: such as `FINANCIAL_TRANSACTIONS`.
    """

    environment: str = "ENVIRONMENT_BROWSER"
    excluded_predefined_functions: tuple[str, ...] | None = None
    enable_prompt_injection_detection: bool | None = None
    disabled_safety_policies: tuple[str, ...] | None = None


@checked(kw_only=True)
class LatLng:
    """A place, in degrees."""

    latitude: float
    longitude: float


@checked(kw_only=True)
class Retrieval:
    """Where the user is and what they speak, for Maps and Search."""

    lat_lng: LatLng | None = None
    language_code: str | None = None


# --- the whole request -----------------------------------------------------------------------------------------------


_BODY = {"in": "body"}
_GENERATION = {"in": "generationConfig"}
_TOOLS = {"in": "tools"}


@checked(kw_only=True)
class GeminiOptions:
    """Options of `GenerateRequest.extra` and `ImageRequest.extra` for Gemini.

    Attributes:
        safety_settings: how harmful a reply may be, by category.
        cached_content: `cachedContents/ID`; system text and tools are then those of the cache.
        service_tier: `standard`, `flex` or `priority`.
        store: whether Google may log request and reply.
        labels: names for the bill.
        continuation_token: resume a reply that ended with CONTINUATION; see `provider_data["continuationToken"]`.
        candidate_count: how many replies; all but the first are `result.alternatives`.
        response_modalities: `TEXT`, `IMAGE`, `AUDIO`, `VIDEO`; must be what the model makes.
        response_mime_type: replaces the one of json_mode and schema, for instance `text/x.enum`.
        media_resolution: `MEDIA_RESOLUTION_LOW`, `_MEDIUM` or `_HIGH` for all media.
        image_config: the shape of pictures in the reply.
        enable_enhanced_civic_answers, audio_transcription_config, response_format: members of `generationConfig`, as
            Google has them.
        include_thoughts: show thought summaries; by default they are shown where reasoning is asked for.
        google_search, google_maps, file_search, computer_use: tools that Google runs, or that it defines.
        mcp_servers: remote tool servers as they go on the wire.
        url_context, code_execution: Google's tools without options.
        more_tools: further entries of `tools` as they go on the wire, for tools that are not named here.
        tool_mode: `VALIDATED` in place of AUTO, or another mode that `tool_choice` cannot say.
        allowed_function_names: with ANY or VALIDATED only.
        retrieval_config: where the user is.
        include_server_side_tool_invocations: show Google's own tool calls as parts; set by itself where functions
            stand beside Google's tools, which Gemini 3 demands.
        schema_field: `openapi` sends schemas as `responseSchema` and `parameters`, `json_schema` as
            `responseJsonSchema` and `parametersJsonSchema`; by default what suits the model.
        speech: the voices of a text-to-speech model.
        imagen: parameters of Imagen.
        generation_config, body: further members as they go on the wire; they win.
    """

    safety_settings: tuple[SafetySetting, ...] | None = attrs.field(default=None, metadata=_BODY)
    cached_content: str | None = attrs.field(default=None, metadata=_BODY)
    service_tier: str | None = attrs.field(default=None, metadata=_BODY)
    store: bool | None = attrs.field(default=None, metadata=_BODY)
    labels: Mapping[str, str] | None = attrs.field(default=None, metadata=_BODY)
    continuation_token: str | None = attrs.field(default=None, metadata=_BODY)

    candidate_count: int | None = attrs.field(default=None, metadata=_GENERATION)
    response_modalities: tuple[str, ...] | None = attrs.field(default=None, metadata=_GENERATION)
    response_mime_type: str | None = attrs.field(default=None, metadata=_GENERATION)
    media_resolution: str | None = attrs.field(default=None, metadata=_GENERATION)
    image_config: ImageConfig | None = attrs.field(default=None, metadata=_GENERATION)
    enable_enhanced_civic_answers: bool | None = attrs.field(default=None, metadata=_GENERATION)
    audio_transcription_config: Mapping[str, Any] | None = attrs.field(default=None, metadata=_GENERATION)
    response_format: Mapping[str, Any] | None = attrs.field(default=None, metadata=_GENERATION)

    google_search: GoogleSearch | None = None
    google_maps: GoogleMaps | None = attrs.field(default=None, metadata=_TOOLS)
    file_search: FileSearch | None = attrs.field(default=None, metadata=_TOOLS)
    computer_use: ComputerUse | None = attrs.field(default=None, metadata=_TOOLS)
    mcp_servers: tuple[Mapping[str, Any], ...] | None = attrs.field(default=None, metadata=_TOOLS)
    url_context: bool = attrs.field(default=False, metadata=_TOOLS)
    code_execution: bool = attrs.field(default=False, metadata=_TOOLS)
    more_tools: tuple[Mapping[str, Any], ...] = ()

    tool_mode: Literal["AUTO", "ANY", "NONE", "VALIDATED"] | None = None
    allowed_function_names: tuple[str, ...] | None = None
    retrieval_config: Retrieval | None = None
    include_server_side_tool_invocations: bool | None = None

    speech: Speech | None = None
    include_thoughts: bool | None = None
    schema_field: SchemaField | None = None
    imagen: ImagenOptions | None = None
    generation_config: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    body: Mapping[str, Any] = attrs.field(factory=dict[str, Any])


# --- one part --------------------------------------------------------------------------------------------------------


@checked(kw_only=True)
class VideoOptions:
    """For `Video(extra=...)`: which part of it to look at, and how.

    Attributes:
        start_s, end_s: the clip, in seconds.
        fps: frames per second, more than 0 and at most 24; Gemini takes 1.
        content_layers: of `FRAMES`, `AUDIO`, `TRANSCRIPT`.
        processing: `STATIC` or `AGENTIC`.
    """

    start_s: float | None = None
    end_s: float | None = None
    fps: float | None = None
    content_layers: tuple[str, ...] | None = None
    processing: str | None = None

    def modifiers(self) -> dict[str, Any]:
        """The members that go beside the medium."""
        span = {"startOffset": _seconds(self.start_s), "endOffset": _seconds(self.end_s)}
        found = _named("videoMetadata", {**span, "fps": self.fps, "contentLayers": self.content_layers})
        return {**found, **({"mediaProcessing": self.processing} if self.processing else {})}


@checked(kw_only=True)
class AudioOptions:
    """For `Audio(extra=...)`: the span to listen to, in seconds."""

    start_s: float | None = None
    end_s: float | None = None

    def modifiers(self) -> dict[str, Any]:
        """The members that go beside the medium."""
        return _named("audioMetadata", {"startOffset": _seconds(self.start_s), "endOffset": _seconds(self.end_s)})


@checked(kw_only=True)
class DocumentOptions:
    """For `Document(extra=...)`.

    Attributes:
        start_page, end_page: counted from 1, both included.
        content_layers: of `PAGE_IMAGE`, `PAGE_TEXT`.
    """

    start_page: int | None = None
    end_page: int | None = None
    content_layers: tuple[str, ...] | None = None

    def modifiers(self) -> dict[str, Any]:
        """The members that go beside the medium."""
        pages = {"startPage": self.start_page, "endPage": self.end_page}
        return _named("documentMetadata", {**pages, "contentLayers": self.content_layers})


@checked(kw_only=True)
class SpreadsheetOptions:
    """For `Document(extra=...)` that is a table.

    Attributes:
        visible_cells: such as `A1:D10`.
        sheet_index: counted from 1.
        content_layers: of `DATA`, `FORMULAS`, `VISUAL`.
    """

    visible_cells: str | None = None
    sheet_index: int | None = None
    content_layers: tuple[str, ...] | None = None

    def modifiers(self) -> dict[str, Any]:
        """The members that go beside the medium."""
        place = {"visibleCells": self.visible_cells, "sheetIndex": self.sheet_index}
        return _named("spreadsheetMetadata", {**place, "contentLayers": self.content_layers})


PartOptions = VideoOptions | AudioOptions | DocumentOptions | SpreadsheetOptions


def _named(name: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that say something, under that name."""
    said = {key: as_wire(value) for key, value in members.items() if value is not None}
    return {name: said} if said else {}


def _seconds(value: float | None) -> str | None:
    """A protobuf duration."""
    return None if value is None else f"{value:f}".rstrip("0").rstrip(".") + "s"
