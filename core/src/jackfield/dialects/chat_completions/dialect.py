"""The chat-completions dialect: a provider's differences with the methods that its hooks call."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import attrs

from jackfield import wire
from jackfield.assembly import assemble
from jackfield.dialects.chat_completions.differences import Differences, Encode, EncodePart
from jackfield.dialects.chat_completions.encode import encode_chat
from jackfield.dialects.chat_completions.extras import check_type
from jackfield.dialects.chat_completions.faults import error_of_body, provider_error
from jackfield.dialects.chat_completions.messages import PARTS
from jackfield.dialects.chat_completions.options import CHAT_OPTIONS
from jackfield.dialects.chat_completions.reply import Reply
from jackfield.errors import UnsupportedOperation
from jackfield.hookspecs import Flow, StreamParser, hookimpl
from jackfield.http import HttpRequest, HttpResponse, Settings
from jackfield.types.provider import Capabilities, ProviderInfo, Setting, load_named
from jackfield.types.requests import GenerateRequest, Request
from jackfield.types.results import RawReply, Result
from jackfield.values import frozen
from jackfield.wire import is_object

if TYPE_CHECKING:
    from jackfield.types.models import Model


class Hooks(NamedTuple):
    """The hooks of a provider, to be bound to these names in its plugin's module."""

    provider_info: Callable[[], ProviderInfo]
    encode_request: Callable[[Request, Settings], HttpRequest]
    decode_response: Callable[[Request, HttpResponse], Result[None]]
    parse_stream: Callable[[Request, HttpResponse], StreamParser]
    list_models: Callable[[Settings], "Flow[list[Model]]"]


@frozen(kw_only=True)
class ChatCompletions(Differences):
    """One provider that speaks the chat-completions format.

    This is a whole plugin:

        ACME = ChatCompletions(
            provider="acme", name="Acme", base_url="https://api.acme.example", prefix="/v1",
            key_variables=("ACME_API_KEY",), docs_url="https://acme.example/docs",
        )
        provider_info, encode_request, decode_response, parse_stream, list_models = ACME.hooks()

    Attributes:
        base_url: a bare host, such as `https://api.acme.example`; `prefix` is added to it.
        base_url_required: there is no default; see `ProviderInfo`.
        key_variables: environment variables with the API key.
        key_required: whether a call without a key is refused; if not, none is sent where none is set.
        key_url: the page where to get one.
        base_url_variables: environment variables that replace `base_url`. One with a path of its own is taken as it is.
        options_type: the plugin's typed options, an attrs class, see `extras`; or its name, see `ProviderInfo`.
        reply: the class that reads replies.
        api_version: the hook API that the plugin was written for; the first one unless it names another. It is never
            the core's own, or no core could tell that the plugin is too old for it.
        chat_path, models_path: below `prefix`.
    """

    name: str
    base_url: str
    docs_url: str
    key_variables: tuple[str, ...]
    key_required: bool = True
    key_url: str | None = None
    base_url_required: bool = False
    base_url_variables: tuple[str, ...] = ()
    country: str | None = None
    options_type: type | str | None = None
    options: Mapping[str, "str | Encode"] = attrs.field(factory=lambda: CHAT_OPTIONS)
    parts: Mapping[str, "EncodePart"] = attrs.field(factory=lambda: PARTS)
    reply: type[Reply] = Reply
    api_version: str = "1.0"
    chat_path: str = "/chat/completions"
    models_path: str = "/models"

    def hooks(self) -> Hooks:
        """The five hooks, in the order of `Hooks`; a plugin binds them in its module."""

        @hookimpl
        def provider_info() -> ProviderInfo:
            return self.info()

        @hookimpl
        def encode_request(request: Request, settings: Settings) -> HttpRequest:
            return self.encode(request, settings)

        @hookimpl
        def decode_response(request: Request, response: HttpResponse) -> Result[None]:
            return self.decode(request, response)

        @hookimpl
        def parse_stream(request: Request, response: HttpResponse) -> StreamParser:
            return self.parse(request, response)

        @hookimpl(specname="list_models")
        def models(settings: Settings) -> "Flow[list[Model]]":
            return self.list_models(settings)

        return Hooks(provider_info, encode_request, decode_response, parse_stream, models)

    def info(self) -> ProviderInfo:
        """The provider, for the hook `provider_info`."""
        key = Setting(
            name="api_key",
            description="API key",
            variables=self.key_variables,
            secret=True,
            required=self.key_required,
            url=self.key_url,
        )
        return ProviderInfo(
            id=self.provider,
            name=self.name,
            base_url=self.base_url,
            settings=(key,),
            api_version=self.api_version,
            docs_url=self.docs_url,
            capabilities=Capabilities(
                operations=(GenerateRequest,),
                options=frozenset(self.options),
                media=frozenset(self.parts),
                rules=self.rules,
            ),
            country=self.country,
            options_type=self.options_type,
            base_url_variables=self.base_url_variables,
            base_url_required=self.base_url_required,
        )

    def encode(self, request: Request, settings: Settings) -> HttpRequest:
        """The HTTP request, for the hook `encode_request`.

        Raises:
            UnsupportedOperation: it is no GenerateRequest.
            UnsupportedOption: an option, a value or a part cannot be expressed.
            UsageError: `extra` is another provider's.
        """
        chat = self._chat(request)
        if chat.extra is not None:
            wanted = None if self.options_type is None else load_named(self.options_type)
            check_type(chat.extra, wanted, provider=self.provider)
        return encode_chat(self, chat, settings, self.chat_path)

    def decode(self, request: Request, response: HttpResponse) -> Result[None]:
        """The result of a whole answer, for the hook `decode_response`.

        Raises:
            ProviderError: the answer is an error, whatever its status.
            DecodeError: the answer is not what the provider documents.
        """
        chat = self._chat(request)
        if response.status >= 300:
            raise error_of_body(response, self)
        value = wire.loads(response.body)
        if is_object(value) and value.get("error"):
            raise provider_error(value, response, self)
        events = self.reply(self, chat, response).whole(value)
        return assemble(events, raw=RawReply(status=response.status, headers=response.headers, body=response.body))

    def parse(self, request: Request, response: HttpResponse) -> StreamParser:
        """The parser of a streamed answer, for the hook `parse_stream`."""
        return self.reply(self, self._chat(request), response)

    def list_models(self, settings: Settings) -> "Flow[list[Model]]":
        """The models, for the hook `list_models`.

        Raises:
            ProviderError: the answer is an error.
            DecodeError: the answer is no list of models.
        """
        from jackfield.dialects.chat_completions.models import list_models  # few programs ask for them

        return list_models(self, settings, self.models_path)

    def _chat(self, request: Request) -> GenerateRequest:
        if isinstance(request, GenerateRequest):
            return request
        raise UnsupportedOperation(request.operation, provider=self.provider)
