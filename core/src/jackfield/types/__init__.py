"""The values that go in and come out: messages, parts, requests, results, events, models."""
