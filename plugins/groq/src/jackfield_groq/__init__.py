"""Groq for jackfield."""
