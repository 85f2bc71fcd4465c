"""The index directory: one catalog (SQLite); vectors (FAISS) and terms (tantivy) per generation."""
