"""The parts of the screens: each is given a value and shows it, and posts messages upwards."""
