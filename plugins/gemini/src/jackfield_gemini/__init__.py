"""Google Gemini for jackfield."""
