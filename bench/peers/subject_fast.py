"""jackfield with its Groq plugin and the extra [fast]."""
PIP = ["../core[fast]", "../plugins/groq"]

from benchlib import load

subject = load("subject")
setup = subject.setup
sync_call, sync_stream = subject.sync_call, subject.sync_stream
async_call, async_stream = subject.async_call, subject.async_stream
