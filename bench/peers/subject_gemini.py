"""jackfield with its Gemini plugin, base install."""
PIP = ["../core", "../plugins/gemini"]

from benchlib import load

subject = load("subject")
subject.PROVIDER = "gemini"
setup = subject.setup
sync_call, sync_stream = subject.sync_call, subject.sync_stream
async_call, async_stream = subject.async_call, subject.async_stream
