"""The plugin for Cloudflare keeps the contract that every plugin is held to, at each of its three endpoints."""

from jackfield.testing import contract

ENDPOINTS = "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/"
NATIVE = "https://developers.cloudflare.com/workers-ai/models/llama-3.2-1b-instruct/"


class TestNative(contract.ProviderContract):
    """`/ai/run/{model}`."""

    provider = "cloudflare"
    excused = {  # noqa: RUF012 - declared as a class variable by the base
        "finish_reason": f"native answers have none: {NATIVE}",
        "stop": f"endpoint='chat' only: {ENDPOINTS}",
        "top_logprobs": f"endpoint='chat' only: {ENDPOINTS}",
        "parallel_tool_calls": f"endpoint='chat' or 'responses' only: {ENDPOINTS}",
        "reasoning_effort": f"endpoint='chat' or 'responses' only: {ENDPOINTS}",
    }


class TestChat(contract.ProviderContract):
    """`/ai/v1/chat/completions`."""

    provider = "cloudflare"
    settings = {"endpoint": "chat"}  # noqa: RUF012 - as above
    excused = {  # noqa: RUF012 - as above
        "top_k": f"endpoint='native' only: {ENDPOINTS}",
        "usage": "whole answers of native models have none at this endpoint, streams do (recorded 2025-08)",
    }


class TestResponses(contract.ProviderContract):
    """`/ai/v1/responses`."""

    provider = "cloudflare"
    settings = {"endpoint": "responses"}  # noqa: RUF012 - as above
    excused = {  # noqa: RUF012 - as above
        name: f"not at endpoint='responses': {ENDPOINTS}"
        for name in ("top_k", "stop", "seed", "frequency_penalty", "presence_penalty", "top_logprobs")
    }
