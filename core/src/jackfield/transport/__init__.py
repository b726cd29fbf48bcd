"""The only package that does I/O: HTTP, and sleeping.

Strategy: an effect of a flow is performed here, once for threads (`threads`) and once for asyncio (`tasks`); both share
`common`: what an open body is, and our errors for whatever was raised. A request goes out in one of two ways:

    pool      our own connections: httpcore, the engine inside of httpx, over `lines` (sockets of threads) or
              `async_lines` (transports of asyncio). It is what a client uses that was given none.
    brought   an httpx client, or one that works like it: the caller's own, or ours where a proxy is involved.

Both give a `common.Reply`, so that whoever reads a body does not know which it was. Each module is imported where it is
used: a program without asyncio does not load it, and one without a proxy does not load httpx.

Rules: no redirect is followed and no cookie kept, so that a key goes where the plugin sent it and nowhere else. What
the HTTP libraries raise holds the request with its headers in the clear, and so do the frames of its traceback: neither
is chained to what is raised here; its class and its text are in the message.
"""
