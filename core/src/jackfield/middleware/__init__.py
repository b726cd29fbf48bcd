"""Middleware that comes with the core, off unless asked for: tracing, a disk cache, a cost meter.

    jackfield.Client("groq", model=..., middleware=["cost"])                # by name: one for the whole process
    jackfield.Client("groq", model=..., middleware=[DiskCache("answers")])  # or an object of your own

Nothing here is imported unless it is used; each is an ordinary implementation of `hookspecs.MiddlewareHooks`.
"""
