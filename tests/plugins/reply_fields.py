"""A reply of each provider with every field that it documents, whole and as the chunks of a stream."""

# ruff: noqa: E501 - tables

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

LOGPROBS: Json = {
    "content": [
        {"token": "a", "logprob": -0.1, "bytes": [97], "top_logprobs": [{"token": "a", "logprob": -0.1, "bytes": [97]}]}
    ],
    "refusal": None,
}
CALL: Json = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{}"}, "index": 0}


def chunked(completion: Json, name: str = "chat.completion.chunk") -> list[Json]:
    """The same reply as one chunk of a stream."""
    choices = [
        {**{k: v for k, v in one.items() if k != "message"}, "delta": one["message"]} for one in completion["choices"]
    ]
    return [{**completion, "object": name, "choices": choices}]


CEREBRAS: Json = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-oss-120b", "system_fingerprint": "fp",
    "choices": [
        {
            "index": 0, "finish_reason": "tool_calls", "logprobs": LOGPROBS, "reasoning_logprobs": LOGPROBS, "text": None, "tokens": [7],
            "message": {"role": "assistant", "content": "Hi", "reasoning": "Hm.", "tool_calls": [CALL], "tokens": [7]},
        }
    ],
    "usage": {
        "prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 15, "image_tokens": 3,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 2, "accepted_prediction_tokens": 1, "rejected_prediction_tokens": 0},
    },
    "time_info": {"queue_time": 0.1, "prompt_time": 0.1, "completion_time": 0.1, "total_time": 0.3, "created": 1.5},
    "service_tier": "auto", "service_tier_used": "flex",
}  # fmt: skip

_CHART: Json = {"type": "bar", "title": "t", "elements": [{"label": "a", "value": 1}]}
_TOOL: Json = {
    "index": 0, "type": "search", "name": "browser.search", "arguments": "{}", "output": "o",
    "search_results": {"results": [{"title": "T", "url": "https://a.test", "content": "c", "score": 0.5}], "images": ["i"]},
    "code_results": [{"text": "t", "png": "p", "chart": _CHART, "charts": [_CHART]}],
    "browser_results": [{"title": "B", "url": "https://b.test", "content": "c", "live_view_url": "l"}],
}  # fmt: skip
_GROQ_USAGE: Json = {
    "prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14, "queue_time": 0.1, "prompt_time": 0.1,
    "completion_time": 0.1, "total_time": 0.2, "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 2},
}  # fmt: skip
_BREAKDOWN: Json = {"models": [{"model": "m", "usage": _GROQ_USAGE}]}
GROQ: Json = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "openai/gpt-oss-20b", "system_fingerprint": "fp",
    "choices": [
        {
            "index": 0, "finish_reason": "tool_calls", "logprobs": LOGPROBS,
            "message": {
                "role": "assistant", "content": "Hi", "reasoning": "Hm.", "channel": "analysis", "tool_calls": [CALL],
                "executed_tools": [_TOOL], "function_call": None,
                "annotations": [
                    {"type": "document_citation", "document_citation": {"document_id": "d", "start_index": 0, "end_index": 1}},
                    {"type": "function_citation", "function_citation": {"tool_call_id": "c", "start_index": 0, "end_index": 1}},
                ],
            },
        }
    ],
    "usage": _GROQ_USAGE, "usage_breakdown": _BREAKDOWN, "service_tier": "on_demand",
    "x_groq": {
        "id": "req_1", "seed": 7, "usage": {**_GROQ_USAGE, "dram_cached_tokens": 1, "sram_cached_tokens": 1}, "usage_breakdown": None,
        "debug": {"input_token_ids": [1], "input_tokens": ["a"], "output_token_ids": [2], "output_tokens": ["b"]}, "error": None,
    },
    "mcp_list_tools": [{"id": "l", "type": "mcp_list_tools", "server_label": "one", "tools": [{"name": "t", "description": "d", "input_schema": {}, "annotations": {}}]}],
}  # fmt: skip

_COUNTS: Json = {
    "prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14, "neurons": 1.5,
    "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 2, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
    },
}  # fmt: skip
NATIVE: Json = {
    "response": "<think>Hm.</think>Hi",
    "tool_calls": [{**CALL, "index": 0}],
    "usage": _COUNTS,
    "finish_reason": "tool_calls",
    "p": "ab",
}
PICTURE: Json = {
    "answer": "Hi", "caption": None, "points": None, "objects": None, "finish_reason": "stop",
    "reasoning": {"text": "Hm.", "grounding": []},
    "metrics": {"input_tokens": 9, "output_tokens": 5, "prefill_time_ms": 1.0, "decode_time_ms": 1.0, "ttft_ms": 1.0},
}  # fmt: skip
CHAT: Json = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "system_fingerprint": "fp", "service_tier": "auto",
    "choices": [
        {
            "index": 0, "finish_reason": "tool_calls", "stop_reason": None, "logprobs": LOGPROBS, "prompt_logprobs": None, "token_ids": None,
            "message": {
                "role": "assistant", "content": "Hi", "refusal": None, "annotations": [], "audio": None, "function_call": None,
                "reasoning_content": "Hm.", "reasoning": None, "tool_calls": [CALL],
            },
        }
    ],
    "usage": _COUNTS, "prompt_logprobs": None, "prompt_token_ids": None, "kv_transfer_params": None,
}  # fmt: skip
_ITEMS: Sequence[Json] = (
    {"type": "reasoning", "id": "r", "status": "completed", "summary": [{"type": "summary_text", "text": "Hm."}], "encrypted_content": "x"},
    {
        "type": "message", "id": "m", "status": "completed", "role": "assistant",
        "content": [{"type": "output_text", "text": "Hi", "annotations": [], "logprobs": []}],
    },
    {"type": "function_call", "id": "f", "status": "completed", "call_id": "call_1", "name": "add", "arguments": "{}"},
)  # fmt: skip
RESPONSE: Json = {
    "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [*_ITEMS],
    "output_text": "Hi", "error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "background": False,
    "usage": {
        "input_tokens": 9, "output_tokens": 5, "total_tokens": 14, "input_tokens_details": {"cached_tokens": 4},
        "output_tokens_details": {"reasoning_tokens": 2},
    },
}  # fmt: skip
RESPONSE_EVENTS: Sequence[Json] = (
    {
        "type": "response.created",
        "sequence_number": 0,
        "response": {**RESPONSE, "status": "in_progress", "output": [], "usage": None},
    },
    {
        "type": "response.reasoning_text.delta",
        "sequence_number": 1,
        "output_index": 0,
        "item_id": "r",
        "content_index": 0,
        "delta": "Hm.",
    },
    {
        "type": "response.reasoning_text.done",
        "sequence_number": 2,
        "output_index": 0,
        "item_id": "r",
        "content_index": 0,
        "text": "Hm.",
    },
    {"type": "response.output_item.done", "sequence_number": 3, "output_index": 0, "item": _ITEMS[0]},
    {
        "type": "response.output_text.delta",
        "sequence_number": 4,
        "output_index": 1,
        "item_id": "m",
        "content_index": 0,
        "delta": "Hi",
    },
    {
        "type": "response.output_text.done",
        "sequence_number": 5,
        "output_index": 1,
        "item_id": "m",
        "content_index": 0,
        "text": "Hi",
    },
    {
        "type": "response.output_item.added",
        "sequence_number": 6,
        "output_index": 2,
        "item": {**_ITEMS[2], "arguments": ""},
    },
    {
        "type": "response.function_call_arguments.delta",
        "sequence_number": 7,
        "output_index": 2,
        "item_id": "f",
        "delta": "{}",
    },
    {
        "type": "response.function_call_arguments.done",
        "sequence_number": 8,
        "output_index": 2,
        "item_id": "f",
        "arguments": "{}",
    },
    {"type": "response.completed", "sequence_number": 9, "response": RESPONSE},
)

_TOKENS: Sequence[Json] = ({"modality": "TEXT", "tokenCount": 9},)
_RATING: Json = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW", "blocked": False}
GEMINI: Json = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [
                    {"text": "Hm.", "thought": True, "thoughtSignature": "c2ln"},
                    {"text": "Hi", "partMetadata": {"a": 1}},
                    {"inlineData": {"mimeType": "image/png", "data": "eA==", "displayName": "x"}},
                    {"fileData": {"mimeType": "video/mp4", "fileUri": "https://a.test"}, "videoMetadata": {"fps": 1}, "mediaProcessing": "STATIC"},
                    {"executableCode": {"language": "PYTHON", "code": "1", "id": "e"}},
                    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1", "id": "e"}},
                    {"toolCall": {"id": "t", "toolType": "URL_CONTEXT", "args": {}}},
                    {"toolResponse": {"id": "t", "toolType": "URL_CONTEXT", "response": {}}},
                    {"audioTranscription": {"text": "a", "finished": True, "languageCode": "en", "speakerLabel": "A", "words": [{"word": "a", "startOffset": "0s", "endOffset": "1s"}], "startOffset": "0s", "endOffset": "1s"}},
                    {"functionCall": {"id": "call_1", "name": "add", "args": {}}},
                ],
            },
            "index": 0, "finishReason": "STOP", "finishMessage": "Model generated function call(s).", "tokenCount": 5,
            "safetyRatings": [_RATING], "avgLogprobs": -0.1, "continuationToken": "dA==",
            "citationMetadata": {"citationSources": [{"startIndex": 0, "endIndex": 2, "uri": "https://c.test", "license": "mit"}]},
            "groundingAttributions": [{"sourceId": {"groundingPassage": {"passageId": "p", "partIndex": 0}}, "content": {"parts": []}}],
            "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": "https://u.test", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"}]},
            "logprobsResult": {
                "chosenCandidates": [{"token": "a", "tokenId": 1, "logProbability": -0.1}],
                "topCandidates": [{"candidates": [{"token": "a", "tokenId": 1, "logProbability": -0.1}]}], "logProbabilitySum": -0.1,
            },
            "groundingMetadata": {
                "webSearchQueries": ["q"], "imageSearchQueries": ["q"], "searchEntryPoint": {"renderedContent": "<b>", "sdkBlob": "eA=="},
                "groundingChunks": [
                    {"web": {"uri": "https://w.test", "title": "W", "domain": "w.test"}},
                    {"image": {"sourceUri": "https://i.test", "imageUri": "https://j.test", "title": "I", "domain": "i.test"}},
                    {"retrievedContext": {"uri": "https://r.test", "title": "R", "text": "t", "fileSearchStore": "s", "customMetadata": [{"key": "k", "stringValue": "v"}], "pageNumber": 1, "mediaId": "m"}},
                    {"maps": {"uri": "https://m.test", "title": "M", "text": "t", "placeId": "p", "placeAnswerSources": {"reviewSnippets": [{"reviewId": "r", "googleMapsUri": "g", "title": "t"}]}}},
                ],
                "groundingSupports": [{"segment": {"partIndex": 1, "startIndex": 0, "endIndex": 2, "text": "Hi"}, "groundingChunkIndices": [0], "confidenceScores": [0.5], "renderedParts": [0]}],
                "retrievalMetadata": {"googleSearchDynamicRetrievalScore": 0.5}, "googleMapsWidgetContextToken": "w",
                "retrievalQueries": ["q"], "sourceFlaggingUris": [],
            },
        }
    ],
    "promptFeedback": {"safetyRatings": [_RATING]},
    "usageMetadata": {
        "promptTokenCount": 9, "cachedContentTokenCount": 4, "toolUsePromptTokenCount": 1, "candidatesTokenCount": 5,
        "thoughtsTokenCount": 2, "totalTokenCount": 17, "promptTokensDetails": [*_TOKENS], "cacheTokensDetails": [*_TOKENS],
        "candidatesTokensDetails": [*_TOKENS], "toolUsePromptTokensDetails": [*_TOKENS], "serviceTier": "standard", "trafficType": "ON_DEMAND",
    },
    "modelVersion": "models/gemini-3.1-flash-lite", "responseId": "r", "createTime": "2026-01-01T00:00:00Z",
    "modelStatus": {"modelStage": "STABLE", "retirementTime": "2027-01-01T00:00:00Z", "message": "m"},
}  # fmt: skip

WHOLE: Mapping[str, tuple[str, Json]] = {
    "groq": ("groq", GROQ),
    "cerebras": ("cerebras", CEREBRAS),
    "cloudflare-native": ("cloudflare", {"result": NATIVE, "success": True, "errors": [], "messages": []}),
    "cloudflare-picture": (
        "cloudflare",
        {"result": PICTURE, "success": True, "errors": [], "messages": [], "state": "Completed"},
    ),
    "cloudflare-chat": ("cloudflare", CHAT),
    "cloudflare-responses": ("cloudflare", RESPONSE),
    "gemini": ("gemini", GEMINI),
}
STREAMED: Mapping[str, tuple[str, Sequence[Json]]] = {
    "groq": ("groq", chunked(GROQ)),
    "cerebras": ("cerebras", chunked(CEREBRAS)),
    "cloudflare-native": ("cloudflare", [NATIVE]),
    "cloudflare-picture": ("cloudflare", [PICTURE]),
    "cloudflare-chat": ("cloudflare", chunked(CHAT)),
    "cloudflare-responses": ("cloudflare", RESPONSE_EVENTS),
    "gemini": ("gemini", [GEMINI]),
}
