"""A real worker on a system that is poorer than this one: an unknown processor, a kernel without Landlock."""

from __future__ import annotations

import os
import sys

ENOSYS = 38


class Machine:
    machine = "riscv64"


root, engine = sys.argv[-2:]
sys.path.append(root)
from workbench.runtime import landlock, nursery, worker  # noqa: E402

landlock.CREATE_RULESET = 9999  # a number that no kernel knows: it answers as one from before Landlock does
os.uname = Machine  # type: ignore[assignment]
(nursery if any("runtime.nursery import" in part for part in sys.argv) else worker).main(engine)
