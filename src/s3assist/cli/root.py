"""The program: its commands, and what happens when one of them fails."""

from __future__ import annotations

import errno
import logging
import os
import sys
import warnings
from typing import Any

import click

from s3assist import __version__
from s3assist.cli import ask, chat, history, library, maintain, saved, serve, verify
from s3assist.cli.options import Given, shared_options
from s3assist.cli.terminal import complain
from s3assist.errors import S3AssistError
from s3assist.printable import on_one_line

NOT_FOUND = 1
FAILED = 2
INTERRUPTED = 130
"""As a shell has it: 128 and the signal's number."""
NOBODY_READS = 141


class Program(click.Group):
    """A group of commands whose failures end in two lines and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        typed = ctx.ensure_object(Given)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except S3AssistError as error:
            if typed.debug:
                logging.getLogger(__name__).info("the error's origin", exc_info=error)
            complain(error)
        except OSError as error:
            if error.errno == errno.EPIPE:
                # Whatever is still buffered has nowhere to go; Python would complain at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                ctx.exit(NOBODY_READS)
            if typed.debug:
                raise
            complain(error)
        except Exception as error:
            # Whoever asks a question has no use for a traceback; --debug is for those who have.
            if typed.debug:
                raise
            kind = type(error).__name__
            found = f"internal error: {kind}: {error}; run again with --debug for its origin"
            click.echo(on_one_line(found), err=True)
        return ctx.exit(FAILED)


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.version_option(__version__, prog_name="s3assist")
@shared_options
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask about cluster and smart-specialisation policy; the answer is quoted from documents.

    Every quote is verbatim and names its document, section and page. When the documents hold no
    answer, S3Assist says so. Everything runs on this machine.

    \b
    Examples:
      s3assist index
      s3assist ask "What share of European jobs is in clusters?"
      s3assist find "entrepreneurial discovery" --all

    Exit codes: 0 answered, 1 not found, 2 error.
    """
    if not context.ensure_object(Given).debug:
        keep_quiet()
    if context.invoked_subcommand is None:
        if chat.has_screen():
            context.invoke(chat.chat)
        else:
            click.echo(context.get_help())


def keep_quiet() -> None:
    """Keep the libraries' chatter off stderr: what matters is in a report or an error anyway."""
    root = logging.getLogger()
    if not root.handlers:
        # Without any handler Python prints warnings of every library to stderr.
        root.addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


for command in (
    ask.ask,
    chat.chat,
    serve.serve,
    library.find,
    library.show,
    library.status,
    library.glossary,
    history.diff,
    history.changes,
    saved.sessions,
    saved.export,
    verify.verify,
    maintain.index,
    maintain.doctor,
    maintain.evaluate,
):
    cli.add_command(command)
