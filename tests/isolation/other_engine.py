"""A real worker, or the process that workers are forked from, with an engine that lacks what a fork asks of it."""

from __future__ import annotations

import sys

root, engine = sys.argv[-2:]
sys.path.append(root)
from workbench.runtime import alone, nursery, worker  # noqa: E402

alone._SET_HELPERS = "a name that no build exports"
(nursery if any("runtime.nursery import" in part for part in sys.argv) else worker).main(engine)
