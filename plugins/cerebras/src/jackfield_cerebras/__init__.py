"""Cerebras for jackfield."""
