"""The index directory: a catalog (SQLite), and per generation vectors (FAISS) and terms (tantivy)."""
