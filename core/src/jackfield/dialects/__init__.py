"""Wire formats that several providers share, so that a plugin holds only what is its provider's own."""
