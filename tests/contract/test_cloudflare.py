"""The plugin for Cloudflare keeps the contract that every plugin is held to, at each of its three endpoints."""

from typing import ClassVar

import pytest

from jackfield.testing import contract

ENDPOINTS = "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/"
NATIVE = "https://developers.cloudflare.com/workers-ai/models/llama-3.2-1b-instruct/"


class TestNative(contract.ProviderContract):
    """`/ai/run/{model}`."""

    provider = "cloudflare"
    excused: ClassVar[dict[str, str]] = {
        "finish_reason": f"native answers have none: {NATIVE}",
        "stop": f"endpoint='chat' only: {ENDPOINTS}",
        "top_logprobs": f"endpoint='chat' only: {ENDPOINTS}",
        "parallel_tool_calls": f"endpoint='chat' or 'responses' only: {ENDPOINTS}",
        "reasoning_effort": f"endpoint='chat' or 'responses' only: {ENDPOINTS}",
    }


@pytest.mark.repeats
class TestChat(contract.ProviderContract):
    """`/ai/v1/chat/completions`."""

    provider = "cloudflare"
    settings: ClassVar[dict[str, str]] = {"endpoint": "chat"}
    excused: ClassVar[dict[str, str]] = {
        "top_k": f"endpoint='native' only: {ENDPOINTS}",
        "usage": "whole answers of native models have none at this endpoint, streams do (recorded 2025-08)",
    }


@pytest.mark.repeats
class TestResponses(contract.ProviderContract):
    """`/ai/v1/responses`, which only gpt-oss has."""

    provider = "cloudflare"
    model: ClassVar[str | None] = "@cf/openai/gpt-oss-20b"
    settings: ClassVar[dict[str, str]] = {"endpoint": "responses"}
    excused: ClassVar[dict[str, str]] = dict.fromkeys(
        ("top_k", "stop", "seed", "frequency_penalty", "presence_penalty", "top_logprobs"),
        f"not at endpoint='responses': {ENDPOINTS}",
    )
