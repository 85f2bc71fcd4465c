"""``python -m s3assist`` is the `s3assist` command."""

from s3assist.cli import main

if __name__ == "__main__":
    main()
