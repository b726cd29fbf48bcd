"""How long to think: each family's words, refused where a model would take one for another."""

from typing import Any

import pytest
from tests.plugins.cloudflare_samples import encode, on, request

from jackfield.errors import UnsupportedOption
from jackfield_cloudflare import CloudflareOptions

OFF = {"chat_template_kwargs": {"enable_thinking": False}}
CASES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("@cf/openai/gpt-oss-20b", "low", {"reasoning_effort": "low"}),
    ("@cf/openai/gpt-oss-20b", "none", None),
    ("@cf/openai/gpt-oss-20b", "max", None),
    ("@cf/zai-org/glm-5.2", "none", {"reasoning_effort": "none"}),
    ("@cf/zai-org/glm-5.3-flash", "medium", None),
    ("@cf/zai-org/glm-4.7-flash", "none", OFF),
    ("@cf/zai-org/glm-4.7-flash", "high", None),
    ("@cf/moonshotai/kimi-k2.7-code", "low", None),
    ("@cf/qwen/qwen3.8-27b", "xhigh", {"reasoning_effort": "xhigh"}),
    ("@cf/qwen/qwen3.8-27b", "none", OFF),
    ("@cf/acme/chat-1b", "minimal", {"reasoning_effort": "minimal"}),
    ("@cf/acme/chat-1b", "none", {"reasoning_effort": None}),
]


@pytest.mark.parametrize(("model", "effort", "members"), CASES)
def test_chat(model: str, effort: Any, members: dict[str, Any] | None) -> None:
    """A word that the family knows is sent in its way; any other is refused, and may be left out."""
    wanted = request(model=model, reasoning_effort=effort, extra=on("chat"))
    if members is None:
        with pytest.raises(UnsupportedOption) as caught:
            encode(wanted)
        assert (caught.value.option, caught.value.droppable) == ("reasoning_effort", True)
        return
    _, body = encode(wanted)
    assert {name: body[name] for name in body.keys() - {"model", "messages"}} == members


def test_responses() -> None:
    """The Responses shape has the levels, and no way to switch thinking off."""
    _, body = encode(request(reasoning_effort="high", extra=on("responses")))
    assert body["reasoning"] == {"effort": "high"}
    with pytest.raises(UnsupportedOption):
        encode(request(reasoning_effort="none", extra=on("responses")))


def test_beside_other_template_options() -> None:
    """Switching thinking off keeps what the caller says about the template."""
    extra = CloudflareOptions(endpoint="chat", chat_template_kwargs={"clear_thinking": False})
    _, body = encode(request(model="@cf/zai-org/glm-4.7-flash", reasoning_effort="none", extra=extra))
    assert body["chat_template_kwargs"] == {"enable_thinking": False, "clear_thinking": False}
