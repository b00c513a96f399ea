"""Measures the workbench against named rivals in the same run; prints, asserts nothing. `make bench` runs it."""

from __future__ import annotations

import platform
import sys

from tests.benchmarks import connect_api, field_table, first_loop, isolated_runs, lab_story, log_view

SECTIONS = [first_loop, isolated_runs, connect_api, field_table, log_view, lab_story]


def main() -> None:
    """Print every section."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}; medians; compare the ratios, not the milliseconds"
    )
    for section in SECTIONS:
        print(f"\n{section.__doc__.splitlines()[0]}\n")
        section.measure()
        sys.stdout.flush()


if __name__ == "__main__":
    main()
