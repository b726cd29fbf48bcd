"""Cloudflare Workers AI for jackfield."""
