"""Every error that S3Assist raises on purpose: what happened, where, and what to do next.

::

    S3AssistError
    ├── ConfigError           unknown key, wrong type, missing folder
    ├── LoadError             one source file could not be read (collected, not fatal)
    │   ├── VanishedError     … because it is not there any more
    │   └── UnsettledError    … for now: it is being saved, can't be opened, or its sidecar is wrong
    ├── IndexMissingError     nothing has been indexed yet
    ├── IndexMismatchError    made by another format, encoder or version
    ├── IndexDamagedError     files do not agree with the catalog
    ├── IndexAccessError      disk full, no permission, a failing disk
    ├── IndexBusyError        somebody else is writing
    ├── WorkerError           no process that reads documents can be started
    ├── EncoderError          the embedding model is not what or where the settings say
    ├── NotInCorpusError      no such document, page or term
    ├── SessionError          no such session, or a damaged file of one
    └── ExportError           nothing to export, or a file that can't be written
"""


class S3AssistError(Exception):
    """A failure that the user can act on."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def in_sentences(self) -> str:
        """The message as a sentence, then the hint."""
        end = "." if self.message and self.message[-1] not in ".!?…" else ""
        return " ".join(part for part in (self.message + end, self.hint) if part)


class ConfigError(S3AssistError):
    """A setting is unknown, has the wrong type or names something that is not there."""


class LoadError(S3AssistError):
    """One source file could not be read; the others go on."""


class VanishedError(LoadError):
    """A source file went away while it was to be read."""


class UnsettledError(LoadError):
    """A source file can't be read for now, which says nothing against what was read of it before.

    It was being saved, the system did not let it be opened, or its sidecar is wrong.
    """


class IndexMissingError(S3AssistError):
    """Nothing has been indexed yet."""


class IndexMismatchError(S3AssistError):
    """The index was made by another format, encoder or version."""


class IndexDamagedError(S3AssistError):
    """The files of the index do not agree with its catalog."""


class IndexAccessError(S3AssistError):
    """The operating system does not let the index be read or written."""


class IndexBusyError(S3AssistError):
    """Somebody else is writing the index."""


class WorkerError(S3AssistError):
    """No process that reads documents can be started."""


class EncoderError(S3AssistError):
    """The embedding model is not what, or where, the settings say."""


class NotInCorpusError(S3AssistError):
    """No document, page or term of that name."""


class SessionError(S3AssistError):
    """No session of that name, or its file is damaged."""


class ExportError(S3AssistError):
    """There is nothing to export, or it can't be written where it should."""
