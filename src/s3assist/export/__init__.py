"""Conversations and baskets of quotes as files to send on; every quote with citation and receipt.

`citation` says how a quote is cited everywhere; `report` is what the formats are written from.
"""
