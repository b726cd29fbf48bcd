"""Call language models through a small core and one plugin per provider."""
