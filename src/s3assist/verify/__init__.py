"""Check the quotes of a text that somebody wrote: `claims` reads them, `check` looks them up."""

from s3assist.verify.check import Checked, Finding, verify
from s3assist.verify.claims import read_claims

__all__ = ["Checked", "Finding", "read_claims", "verify"]
