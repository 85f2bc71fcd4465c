"""Check the quotes of a text that somebody wrote: `claims` reads them, `check` looks them up."""

from s3assist.verify.check import Checked, Finding, looked_up, verify
from s3assist.verify.claims import read_claims

__all__ = ["Checked", "Finding", "looked_up", "read_claims", "verify"]
