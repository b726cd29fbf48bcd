# The public names, for type checkers; __init__.py imports them on first use. A test compares the two.

from jackfield.client import AsyncClient as AsyncClient, Client as Client
from jackfield.conversation import dumps as dumps, loads as loads
from jackfield.discovery import providers as providers
from jackfield.errors import (
    AuthenticationError as AuthenticationError,
    BetweenEventsTimeout as BetweenEventsTimeout,
    Conflict as Conflict,
    ConnectTimeout as ConnectTimeout,
    DecodeError as DecodeError,
    FirstEventTimeout as FirstEventTimeout,
    IncompleteStream as IncompleteStream,
    InvalidRequest as InvalidRequest,
    JackfieldError as JackfieldError,
    MissingCredential as MissingCredential,
    NotFound as NotFound,
    OutputError as OutputError,
    Overloaded as Overloaded,
    PartialReply as PartialReply,
    PaymentRequired as PaymentRequired,
    PermissionDenied as PermissionDenied,
    PluginBroken as PluginBroken,
    PluginConflict as PluginConflict,
    PluginError as PluginError,
    PluginIncompatible as PluginIncompatible,
    PluginNotFound as PluginNotFound,
    ProviderError as ProviderError,
    RateLimited as RateLimited,
    ReplyTooLarge as ReplyTooLarge,
    RequestTooLarge as RequestTooLarge,
    ServerError as ServerError,
    TimeoutExceeded as TimeoutExceeded,
    ToolLoopLimit as ToolLoopLimit,
    TotalTimeout as TotalTimeout,
    TransportError as TransportError,
    UnsupportedOperation as UnsupportedOperation,
    UnsupportedOption as UnsupportedOption,
    UsageError as UsageError,
)
from jackfield.hookspecs import API_VERSION as API_VERSION, hookimpl as hookimpl
from jackfield.http import Secret as Secret
from jackfield.operations.build import tool as tool
from jackfield.streams import AsyncStream as AsyncStream, Stream as Stream
from jackfield.types.batches import (
    Batch as Batch,
    BatchCounts as BatchCounts,
    BatchItem as BatchItem,
    BatchState as BatchState,
)
from jackfield.types.events import (
    Alternative as Alternative,
    Event as Event,
    Finish as Finish,
    LogprobsDelta as LogprobsDelta,
    MediaDelta as MediaDelta,
    NoticeEvent as NoticeEvent,
    ProviderData as ProviderData,
    RateLimitsUpdate as RateLimitsUpdate,
    ReasoningDelta as ReasoningDelta,
    StreamStart as StreamStart,
    TextDelta as TextDelta,
    TextWasReasoning as TextWasReasoning,
    ToolCallDelta as ToolCallDelta,
    UsageUpdate as UsageUpdate,
)
from jackfield.types.files import File as File, FileState as FileState
from jackfield.types.messages import (
    Message as Message,
    assistant as assistant,
    system as system,
    tool_result as tool_result,
    user as user,
)
from jackfield.types.models import Model as Model, Pricing as Pricing
from jackfield.types.parts import (
    Audio as Audio,
    Citation as Citation,
    Document as Document,
    Image as Image,
    Media as Media,
    Opaque as Opaque,
    ProviderPart as ProviderPart,
    Reasoning as Reasoning,
    ServerTool as ServerTool,
    Text as Text,
    ToolCall as ToolCall,
    ToolResult as ToolResult,
    Video as Video,
)
from jackfield.types.policies import Retries as Retries, Timeouts as Timeouts
from jackfield.types.requests import (
    GenerateRequest as GenerateRequest,
    ImageRequest as ImageRequest,
    OutputSchema as OutputSchema,
    Tool as Tool,
    ToolName as ToolName,
    WebSearch as WebSearch,
)
from jackfield.types.results import (
    FinishReason as FinishReason,
    Notice as Notice,
    RateLimit as RateLimit,
    RateLimits as RateLimits,
    RawReply as RawReply,
    Result as Result,
    TokenLogprob as TokenLogprob,
    Usage as Usage,
)
from jackfield.types.tiers import BEST as BEST, CHEAP as CHEAP, GOOD as GOOD, Tier as Tier
