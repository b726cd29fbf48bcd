"""Every error that jackfield raises, in one tree.

    JackfieldError
    ├── UsageError                    the call is wrong; nothing was sent
    │   ├── UnsupportedOption         this provider or model cannot be given that option
    │   ├── UnsupportedOperation      this provider does not do that at all
    │   └── MissingCredential         a setting such as the API key was not found
    └── PartialReply                  what may interrupt a reply; `partial` holds what was delivered
        ├── PluginError               a plugin did something that it must not do
        │   ├── PluginNotFound        nothing of that name is installed
        │   ├── PluginBroken          it could not be imported or registered
        │   ├── PluginConflict        two distributions claim one provider id
        │   └── PluginIncompatible    it was written for another version of the hooks
        ├── TransportError            no usable HTTP answer arrived
        │   └── TimeoutExceeded       a deadline passed
        │       ├── ConnectTimeout
        │       ├── FirstEventTimeout
        │       ├── BetweenEventsTimeout
        │       └── TotalTimeout
        ├── ProviderError             the provider answered with an error
        │   ├── AuthenticationError   401
        │   ├── PermissionDenied      403
        │   ├── PaymentRequired       402
        │   ├── NotFound              404
        │   ├── Conflict              409
        │   ├── InvalidRequest        400, 422
        │   │   └── RequestTooLarge   413, or too many tokens
        │   ├── RateLimited           429
        │   ├── Overloaded            503, or the provider's own word for it
        │   └── ServerError           500 and the rest
        ├── DecodeError               the answer is not what the provider documents
        │   ├── OutputError           the reply does not fit the output type or schema
        │   └── ReplyTooLarge         the answer passed a size limit
        ├── IncompleteStream          the stream ended before its terminal event
        └── ToolLoopLimit             run_tools reached its bound on rounds

The statuses are the usual ones; a plugin goes by its provider's codes first. Rules: facts are attributes, the sentence
is `str(error)`; no class is chosen by matching a message; no secret is ever an attribute; every error survives
pickling.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


def _rebuild(cls: type["JackfieldError"], args: tuple[Any, ...], state: dict[str, Any]) -> "JackfieldError":
    error = cls.__new__(cls, *args)
    Exception.__init__(error, *args)
    error.__dict__.update(state)
    return error


class JackfieldError(Exception):
    """The base of every error raised by jackfield."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by facts, so that keyword-only constructors survive a process boundary."""
        return _rebuild, (type(self), self.args, self.__dict__.copy())


class PartialReply(JackfieldError):
    """Base of the errors that can interrupt a stream.

    Attributes:
        partial: the `Result` made of everything that was delivered, or None if nothing had started.
    """

    partial: Any = None


class UsageError(JackfieldError):
    """The call cannot be made as written; nothing was sent."""


class UnsupportedOption(UsageError):
    """An option that this provider or model cannot be given.

    Attributes:
        option: its name in jackfield, such as `top_k`.
        droppable: whether the request still makes sense without it (`unsupported="warn"` or `"drop"` may leave it out).
        losses: what compiling the schema would lose, under `strict_schema`: as in `Notice.details`.
    """

    losses: tuple[Mapping[str, str], ...] = ()

    def __init__(self, option: str, reason: str, *, provider: str, droppable: bool = True) -> None:
        super().__init__(f"{provider}: {option}: {reason}")
        self.option, self.reason = option, reason
        self.provider, self.droppable = provider, droppable


class UnsupportedOperation(UsageError):
    """The provider does not do this at all, for instance embeddings on a chat-only host."""

    def __init__(self, operation: str, *, provider: str, reason: str = "") -> None:
        super().__init__(f"{provider} does not support {operation}" + (f": {reason}" if reason else ""))
        self.operation = operation
        self.provider = provider
        self.reason = reason


class MissingCredential(UsageError):
    """A required setting is neither an argument nor in the environment.

    Attributes:
        setting: its name, such as `api_key`.
        variables: the environment variables that were looked at, in order.
        url: the page where to get one, or None.
    """

    def __init__(self, setting: str, *, provider: str, variables: tuple[str, ...], url: str | None = None) -> None:
        names = " or ".join(variables)
        where = f"set {names}" if names else "it has no environment variable"
        page = f"; get one at {url}" if url else ""
        super().__init__(f"{provider} needs {setting}: {where} or pass {setting}=...{page}")
        self.setting = setting
        self.provider = provider
        self.variables = variables
        self.url = url


class PluginError(PartialReply):
    """A plugin raised something foreign, or returned the wrong type.

    Attributes:
        provider: the provider id or middleware name.
        hook: the hook that failed, or None outside of one.
    """

    def __init__(self, provider: str, message: str, *, hook: str | None = None) -> None:
        super().__init__(f"plugin {provider}{f' ({hook})' if hook else ''}: {message}")
        self.provider = provider
        self.hook = hook


class PluginNotFound(PluginError):
    """No installed distribution provides that plugin, or the allow-list leaves it out.

    Attributes:
        installed: what may be used.
        nearest: the one of them that is spelled most like it, or None.
        excluded_by: the environment variable that leaves it out although it is installed, or None.
    """

    def __init__(
        self, provider: str, *, installed: tuple[str, ...], nearest: str | None = None, excluded_by: str | None = None
    ) -> None:
        have = ", ".join(installed) or "none"
        sane = provider.replace("-", "a").isalnum() and provider.isascii()
        hint = f"; did you mean {nearest!r}?" if nearest else f"; try: pip install jackfield-{provider}" * sane
        message = f"no such plugin is installed (installed: {have}){hint}"
        if excluded_by is not None:
            message = f"installed, but left out by {excluded_by} (allowed: {have})"
        super().__init__(provider, message)
        self.installed = installed
        self.nearest = nearest
        self.excluded_by = excluded_by


class PluginBroken(PluginError):
    """The plugin could not be imported or registered; the cause is chained."""


class PluginConflict(PluginError):
    """Two distributions claim the same provider id; both are named in `distributions`."""

    def __init__(self, provider: str, *, distributions: tuple[str, ...]) -> None:
        super().__init__(provider, f"claimed by {' and '.join(distributions)}: uninstall all but one")
        self.distributions = distributions


class PluginIncompatible(PluginError):
    """The plugin was written for another version of the hooks; if `plugin_is_newer`, the core has to be upgraded."""

    def __init__(self, provider: str, *, plugin_version: str, core_version: str) -> None:
        self.plugin_version, self.core_version = plugin_version, core_version
        plugin, core = (tuple(map(int, version.split("."))) for version in (plugin_version, core_version))
        self.plugin_is_newer = plugin > core
        upgrade = "jackfield" if self.plugin_is_newer else f"the {provider} plugin"
        versions = f"written for hook API {plugin_version}, this core has {core_version}"
        super().__init__(provider, f"{versions}; upgrade {upgrade}")


class TransportError(PartialReply):
    """No usable HTTP answer: connection refused or reset, TLS, proxy, protocol error."""

    def __init__(self, message: str, *, url: str | None = None, retryable: bool = True) -> None:
        super().__init__(message)
        self.url = url
        self.retryable = retryable


class TimeoutExceeded(TransportError):
    """A deadline passed; the subclass says which, `seconds` its length."""

    deadline: ClassVar[str] = "answer"
    retryable_by_default: ClassVar[bool] = True

    def __init__(self, seconds: float, *, url: str | None = None) -> None:
        super().__init__(
            f"no {self.deadline} within {seconds:g} s; see timeouts=", url=url, retryable=self.retryable_by_default
        )
        self.seconds = seconds


class ConnectTimeout(TimeoutExceeded):
    """No connection within `Timeouts.connect_s`."""

    deadline: ClassVar[str] = "connection"


class FirstEventTimeout(TimeoutExceeded):
    """No first event (or no whole reply) within `Timeouts.first_event_s`; keep-alives do not count."""

    deadline: ClassVar[str] = "first event"


class BetweenEventsTimeout(TimeoutExceeded):
    """No further event within `Timeouts.between_events_s`; keep-alives do not count."""

    deadline: ClassVar[str] = "further event"


class TotalTimeout(TimeoutExceeded):
    """The whole call, retries and waits included, took longer than `Timeouts.total_s`."""

    deadline: ClassVar[str] = "complete reply"
    retryable_by_default: ClassVar[bool] = False


class ProviderError(PartialReply):
    """The provider answered with an error, as an HTTP status or inside a stream.

    Attributes:
        provider: provider id.
        status: HTTP status, or the status that a streamed error names; None if neither is known.
        code: the provider's own code, as text; None if it sent none.
        type: the provider's own error class, such as `invalid_request_error`.
        message: the provider's sentence, unchanged.
        param: the field complained about.
        request_id: for the provider's support.
        retry_after_s: seconds that the provider asks to wait; None if it did not say.
        retryable: whether the same request may succeed later.
        failed_generation: text that the model produced and the provider refused.
        details: anything else in the error object.
        body: the raw answer, cut at 64 KiB.
        in_stream: it arrived inside an HTTP 200 stream.
        rate_limits: the quota that the answer reported.
    """

    retryable_by_default: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        status: int | None = None,
        code: str | None = None,
        type: str | None = None,  # noqa: A002 - the word every provider uses for it
        param: str | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        retryable: bool | None = None,
        failed_generation: str | None = None,
        details: Mapping[str, Any] | None = None,
        body: bytes = b"",
        in_stream: bool = False,
        rate_limits: Any = None,
    ) -> None:
        facts = " ".join(str(fact) for fact in (status, code) if fact is not None)
        redirected = status is not None and 300 <= status < 400
        said = message or (
            "redirected, which is not followed; check base_url" if redirected else "the provider gave no message"
        )
        super().__init__(f"{provider}: {facts + ': ' if facts else ''}{said}")
        self.message = message
        self.provider = provider
        self.status = status
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.retryable = self.retryable_by_default if retryable is None else retryable
        self.failed_generation = failed_generation
        self.details = dict(details or {})
        self.body = body[: 64 * 1024]
        self.in_stream = in_stream
        self.rate_limits = rate_limits


class AuthenticationError(ProviderError):
    """The key is missing, wrong or expired."""


class PermissionDenied(ProviderError):
    """The key is right, and this account may not do that."""


class PaymentRequired(ProviderError):
    """The account has no credit left."""


class NotFound(ProviderError):
    """No such model, file, batch or route.

    Attributes:
        nearest: the model of the plugin's scoreboard that is spelled most like the one asked for, where that one is
            not in it; None otherwise.
    """

    nearest: str | None = None

    def __str__(self) -> str:
        return super().__str__() + (f"; did you mean {self.nearest!r}?" if self.nearest else "")


class Conflict(ProviderError):
    """The resource changed or is in use; the same request may succeed later."""

    retryable_by_default: ClassVar[bool] = True


class InvalidRequest(ProviderError):
    """The provider refuses this request; sending it again will not help."""


class RequestTooLarge(InvalidRequest):
    """The request is over a size or token limit."""


class RateLimited(ProviderError):
    """A quota is used up; `retry_after_s` says when to come back, if the provider did."""

    retryable_by_default: ClassVar[bool] = True


class Overloaded(ProviderError):
    """The provider has no capacity now."""

    retryable_by_default: ClassVar[bool] = True


class ServerError(ProviderError):
    """The provider failed."""

    retryable_by_default: ClassVar[bool] = True


class DecodeError(PartialReply):
    """The answer is not what the provider documents.

    Attributes:
        path: where in the answer, such as `choices[0].delta`.
        body: the raw bytes that could not be decoded, cut at 64 KiB.
    """

    def __init__(self, message: str, *, path: str = "", body: bytes = b"") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.body = body[: 64 * 1024]


class OutputError(DecodeError):
    """The reply does not fit the wanted output type or schema.

    Attributes:
        text: the reply, unchanged.
        reason: what does not fit.
    """

    def __init__(self, reason: str, *, text: str, path: str = "") -> None:
        super().__init__(f"the reply does not fit the wanted output: {reason}", path=path)
        self.text = text
        self.reason = reason


class ReplyTooLarge(DecodeError):
    """The answer passed `max_bytes`; nothing beyond it was read."""

    def __init__(self, what: str, *, max_bytes: int) -> None:
        super().__init__(f"{what} is larger than {max_bytes} bytes")
        self.max_bytes = max_bytes


class IncompleteStream(PartialReply):
    """The stream ended before its terminal event; `partial` holds all that was delivered."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"{provider}: the stream ended before its terminal event; .partial holds what was delivered")
        self.provider = provider


class ToolLoopLimit(PartialReply):
    """run_tools made `max_rounds` requests and the model still asks for tools; `partial` is the last reply."""

    def __init__(self, max_rounds: int) -> None:
        super().__init__(f"the model still asks for tools after {max_rounds} rounds; raise max_rounds= to go on")
        self.max_rounds = max_rounds
