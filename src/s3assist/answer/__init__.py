"""From a question to an answer: understand, retrieve, read, quote, abstain."""
