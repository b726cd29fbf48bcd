"""Addresses and headers: the account, the model, the gateway; and no other host."""

from typing import Any

import attrs
import pytest
from tests.plugins.cloudflare_samples import PROVIDER, encode, on, request, settings

from jackfield.errors import UnsupportedOperation, UnsupportedOption, UsageError
from jackfield.http import Secret
from jackfield_cloudflare import CloudflareGateway, CloudflareOptions

ACCOUNT = "https://api.cloudflare.com/client/v4/accounts/0123/ai"
GATEWAY = "https://gateway.ai.cloudflare.com/v1/0123/mine/workers-ai"
COMPAT = "https://gateway.ai.cloudflare.com/v1/0123/mine/compat"


@pytest.mark.parametrize(
    ("base_url", "endpoint", "url"),
    [
        (None, "native", f"{ACCOUNT}/run/@cf/acme/chat-1b"),
        (None, "chat", f"{ACCOUNT}/v1/chat/completions"),
        (None, "responses", f"{ACCOUNT}/v1/responses"),
        (GATEWAY, "native", f"{GATEWAY}/run/@cf/acme/chat-1b"),
        (GATEWAY, "chat", f"{GATEWAY}/v1/chat/completions"),
        (GATEWAY, "responses", f"{GATEWAY}/run/@cf/acme/chat-1b"),
        (COMPAT, "chat", f"{COMPAT}/chat/completions"),
        ("http://127.0.0.1:9", "native", "http://127.0.0.1:9/accounts/0123/ai/run/@cf/acme/chat-1b"),
    ],
)
def test_urls(base_url: str | None, endpoint: Any, url: str) -> None:
    """Each front of each base URL, chosen by the setting or by the request."""
    values = {} if base_url is None else {"base_url": base_url}
    assert encode(request(extra=on(endpoint)), **values)[0].url == url
    assert encode(request(), **values, endpoint=endpoint)[0].url == url


def test_the_request_overrules_the_setting() -> None:
    """One client may call both ways."""
    assert encode(request(extra=on("native")), endpoint="chat")[0].url.endswith("/run/@cf/acme/chat-1b")


def test_where_the_model_stands() -> None:
    """In the path or in the body, never in both; the unified path wants the provider before it."""
    assert "model" not in encode(request())[1]
    assert encode(request(extra=on("chat")))[1]["model"] == "@cf/acme/chat-1b"
    assert "model" not in encode(request(extra=on("responses")), base_url=GATEWAY)[1]
    assert encode(request(extra=on("chat")), base_url=COMPAT)[1]["model"] == "workers-ai/@cf/acme/chat-1b"


def test_odd_names_stay_inside_their_segment() -> None:
    """A model or account cannot add a query or climb out of the path."""
    made, _ = encode(request(model="bad model?x=1#y"), account_id="../secret")
    assert made.url.endswith("/accounts/..%2Fsecret/ai/run/bad%20model%3Fx%3D1%23y")


def test_the_unified_path_is_chat_only() -> None:
    """Native bodies have no address there."""
    with pytest.raises(UnsupportedOption, match="compat"):
        encode(request(), base_url=COMPAT)


@pytest.mark.parametrize("endpoint", ["nativ", "CHAT"])
def test_an_unknown_endpoint(endpoint: str) -> None:
    """A misspelt one is told at once, with what there is."""
    with pytest.raises(UsageError, match="native, chat, responses"):
        encode(request(), endpoint=endpoint)


GATE = CloudflareGateway(
    id="mine",
    skip_cache=True,
    cache_ttl_s=60,
    cache_key="k",
    metadata={"team": "ä", "n": 1},
    collect_log=False,
    request_timeout_ms=900,
    max_attempts=2,
    retry_delay_ms=50,
    backoff="linear",
    event_id="e",
    custom_cost={"per_token_in": 0.5},
    byok_alias="mine",
    zdr=True,
    allowed_models="a,b",
    session_id="s",
    turn_id="t",
    no_session_affinity=True,
)


def test_gateway_headers() -> None:
    """Everything about the gateway is a header; what is not set is not sent."""
    assert [field.name for field in attrs.fields(CloudflareGateway) if getattr(GATE, field.name) is None] == []
    made, _ = encode(
        request(extra=CloudflareOptions(gateway=GATE, session_affinity="ses-1", tags=("a b", "c"))),
        gateway_api_key="gate",
    )
    assert {name: text for name, text in made.headers.items() if name.startswith(("cf-", "x-"))} == {
        "cf-aig-authorization": Secret("Bearer gate"),
        "cf-aig-gateway-id": "mine",
        "cf-aig-skip-cache": "true",
        "cf-aig-cache-ttl": "60",
        "cf-aig-cache-key": "k",
        "cf-aig-metadata": '{"team":"\\u00e4","n":1}',
        "cf-aig-collect-log": "false",
        "cf-aig-request-timeout": "900",
        "cf-aig-max-attempts": "2",
        "cf-aig-retry-delay": "50",
        "cf-aig-backoff": "linear",
        "cf-aig-event-id": "e",
        "cf-aig-custom-cost": '{"per_token_in":0.5}',
        "cf-aig-byok-alias": "mine",
        "cf-aig-zdr": "true",
        "cf-aig-allowed-models": "a,b",
        "cf-aig-session-id": "s",
        "cf-aig-turn-id": "t",
        "cf-aig-no-session-affinity": "true",
        "x-session-affinity": "ses-1",
    }
    assert made.url.endswith("?tags=a+b&tags=c")


def test_the_gateway_of_the_settings() -> None:
    """It counts where the request names none."""
    made, _ = encode(request(), gateway_id="default")
    assert made.headers["cf-aig-gateway-id"] == "default"
    assert not [name for name in encode(request())[0].headers if name.startswith("cf-aig")]


def test_no_header_is_smuggled_in() -> None:
    """A line end in an option is refused."""
    with pytest.raises(UsageError):
        encode(request(extra=CloudflareOptions(session_affinity="x\r\nevil: 1")))


def test_the_search_stays_on_its_host() -> None:
    """A gateway has no model search, and no other host is asked in its place."""
    with pytest.raises(UnsupportedOperation):
        next(PROVIDER.list_models(settings(base_url=GATEWAY)))
