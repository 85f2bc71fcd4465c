"""From source files to documents: loaders, canonical text, metadata, sentences, passages."""
