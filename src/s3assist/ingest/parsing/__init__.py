"""Documents are read in processes of their own, with limits, so that none can hurt the others.

::

    ahead (in the sync)  ──►  worker (a handle)  ══ frames of JSON ══►  child (the process)
"""
