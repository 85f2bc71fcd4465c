"""The screens: each owns what it shows and the threads that fetch it."""
