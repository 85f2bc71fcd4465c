"""What people would write in ten minutes: the best passage by sentence-transformers and FAISS."""

import sqlite3
import sys

import faiss
from sentence_transformers import SentenceTransformer

model_folder, vectors, catalog, question = sys.argv[1:]
model = SentenceTransformer(model_folder, device="cpu", local_files_only=True)
index = faiss.read_index(vectors)
_, found = index.search(model.encode([question], normalize_embeddings=True), 1)
(text,) = (
    sqlite3.connect(catalog)
    .execute(
        "SELECT substr(v.text, p.start + 1, p.end - p.start) FROM passage p"
        " JOIN version v ON v.id = p.version WHERE p.id = ?",
        (int(found[0, 0]),),
    )
    .fetchone()
)
print(text)
