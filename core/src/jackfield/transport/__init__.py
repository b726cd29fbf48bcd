"""The only package that does I/O: HTTP through httpx, and sleeping.

Strategy: an effect of a flow is performed here, once for threads (`threads`) and once for asyncio (`tasks`); both share
`common`: header handling, the mapping of errors, what an open body is. Each is imported where it is used, so that a
program without asyncio does not load it. httpx is imported on first use; `pool` makes our own clients of it.

Rules: no redirect is followed and no cookie kept, so that a key goes where the plugin sent it and nowhere else. What
httpx raises holds the request with its headers in the clear, and so do the frames of its traceback: neither is chained
to what is raised here; its class and its text are in the message.
"""
