"""Where a request goes, and with which headers.

Strategy: the base URL says which front it is. Cloudflare's API has the account in the path; an AI Gateway's provider
path (`.../v1/{account}/{gateway}/workers-ai`) names it already, and its unified path ends in `/compat`. Rule: no host
but that of the base URL is ever named.

Sources: https://developers.cloudflare.com/workers-ai/get-started/rest-api/ and
https://developers.cloudflare.com/ai-gateway/usage/providers/workersai/
"""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import attrs

from jackfield import wire
from jackfield.dialects.chat_completions.extras import as_json
from jackfield.errors import UnsupportedOperation, UnsupportedOption, UsageError
from jackfield.http import Secret, Settings
from jackfield_cloudflare.errors import PROVIDER
from jackfield_cloudflare.options import ENDPOINTS, CloudflareGateway, CloudflareOptions, Endpoint

PROVIDER_PATH = "/workers-ai"
UNIFIED_PATH = "/compat"


def endpoint_of(options: CloudflareOptions, settings: Settings) -> Endpoint:
    """Which of the three APIs is to be called: the request's word, then the setting's.

    Raises:
        UsageError: the setting names none of them.
    """
    if options.endpoint is not None:
        return options.endpoint
    wanted = settings.text("endpoint", "native")
    for endpoint in ENDPOINTS:
        if endpoint == wanted:
            return endpoint
    raise UsageError(f"endpoint must be one of {', '.join(ENDPOINTS)}, not {wanted!r}")


def generate_url(model: str, endpoint: Endpoint, options: CloudflareOptions, settings: Settings) -> str:
    """The address of one reply. `@` and `/` of a model's id stay as they are.

    Raises:
        UnsupportedOption: that front of the base URL does not have that endpoint.
    """
    base, path = settings.base_url, quote(model, safe="@/")
    if base.endswith(UNIFIED_PATH):
        if endpoint != "chat":
            raise UnsupportedOption(
                "endpoint", "a /compat base URL has endpoint='chat' only", provider=PROVIDER, droppable=False
            )
        return f"{base}/chat/completions"
    if base.endswith(PROVIDER_PATH):
        # The gateway has no documented /v1/responses: the same input goes to the native path.
        url = f"{base}/v1/chat/completions" if endpoint == "chat" else f"{base}/run/{path}"
    else:
        account = f"{base}/accounts/{_account(settings)}/ai"
        url = {
            "native": f"{account}/run/{path}",
            "chat": f"{account}/v1/chat/completions",
            "responses": f"{account}/v1/responses",
        }[endpoint]
    tags = [("tags", tag) for tag in options.tags or ()]
    return f"{url}?{urlencode(tags)}" if tags else url


def wire_model(model: str, settings: Settings) -> str:
    """The model's name in a body: the unified path wants the provider in front."""
    unified = settings.base_url.endswith(UNIFIED_PATH) and model.startswith("@")
    return f"workers-ai/{model}" if unified else model


def names_model_in_path(endpoint: Endpoint, settings: Settings) -> bool:
    """Whether the model is part of the address, and so not of the body."""
    return endpoint == "native" or (endpoint == "responses" and settings.base_url.endswith(PROVIDER_PATH))


def models_url(settings: Settings, *, page: int, per_page: int) -> str:
    """One page of the model search.

    Raises:
        UnsupportedOperation: the base URL is an AI Gateway's, which has no search; no other host is asked.
    """
    if settings.base_url.endswith((PROVIDER_PATH, UNIFIED_PATH)):
        raise UnsupportedOperation(
            "list_models", provider=PROVIDER, reason="an AI Gateway base URL has no model search"
        )
    query = urlencode({"page": page, "per_page": per_page, "hide_experimental": "false"})
    return f"{settings.base_url}/accounts/{_account(settings)}/ai/models/search?{query}"


def _account(settings: Settings) -> str:
    return quote(settings.text("account_id"), safe="")


def headers(options: CloudflareOptions, settings: Settings) -> dict[str, str | Secret]:
    """The headers of every request: the key, and what the gateway is told."""
    made: dict[str, str | Secret] = {"authorization": settings.secret("api_key").prefixed("Bearer ")}
    if options.session_affinity is not None:
        made["x-session-affinity"] = _header("session_affinity", options.session_affinity)
    if "gateway_api_key" in settings.values:
        made["cf-aig-authorization"] = settings.secret("gateway_api_key").prefixed("Bearer ")
    gateway = options.gateway or CloudflareGateway()
    gateway_id = gateway.id or settings.text("gateway_id") or None
    made.update(_gateway_headers(attrs.evolve(gateway, id=gateway_id)))
    return made


def _gateway_headers(gateway: CloudflareGateway) -> Iterator[tuple[str, str]]:
    for field in attrs.fields(CloudflareGateway):
        value = getattr(gateway, field.name)
        if value is not None:
            name = field.metadata["header"]
            text = value if isinstance(value, str) else wire.dumps_text(as_json(value), ascii_only=True)
            yield name, _header(name, text)


def _header(name: str, value: str) -> str:
    """A value that can be a header.

    Raises:
        UsageError: it holds a line end or a character outside of ASCII.
    """
    if not value.isascii() or not value.isprintable():
        raise UsageError(f"{PROVIDER}: {name} holds a character that cannot go into a header: {value!r}")
    return value
