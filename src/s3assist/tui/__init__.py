"""The terminal screen: it collects questions, calls the assistant in threads, shows what it gets.

Nothing here decides what is quoted. Importing `app` loads Textual and none of the libraries that
answer, so that the first picture comes at once; they load in a thread behind it.
"""
