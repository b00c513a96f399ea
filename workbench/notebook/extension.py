"""What ``%load_ext workbench`` does: adds ``%%runtime_script``, and completion inside its cells."""

from __future__ import annotations

from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher

from workbench.connection.vocabulary import vocabulary
from workbench.notebook.cell_completion import Choice, choices
from workbench.notebook.magic import magic
from workbench.notebook.script_check import Subject

_MAGIC = "%%runtime_script"
_NAME = "workbench.runtime_script"


def load(shell: Any) -> None:
    """Add the magic and its completion to the shell; safe twice."""
    shell.register_magic_function(magic(shell), "cell", "runtime_script")
    kept = [one for one in shell.Completer.custom_matchers if getattr(one, "matcher_identifier", "") != _NAME]
    shell.Completer.custom_matchers[:] = [*kept, _matcher(shell)]


def _matcher(shell: Any) -> Any:
    @context_matcher(identifier=_NAME, priority=1000)  # type: ignore[untyped-decorator]
    def matcher(context: CompletionContext) -> Any:
        lines = context.full_text.split("\n")
        named = lines[0].split()
        if named[:1] != [_MAGIC] or context.cursor_line == 0:
            return {"completions": [], "suppress": False}
        fragment: str = ""
        found: list[Choice] = []
        given = shell.user_ns.get(named[1]) if len(named) > 1 else None
        try:
            subject = Subject.of(given)
        except ValueError:
            pass
        else:
            tokens = subject.bench.option_tokens() if subject.bench is not None else None
            script = [*lines[1 : context.cursor_line], lines[context.cursor_line][: context.cursor_position]]
            fragment, found = choices(vocabulary(subject.connection.definition, tokens), "\n".join(script))
        completions = [SimpleCompletion(text=one.text, type=one.kind) for one in found]
        return {"completions": completions, "matched_fragment": fragment, "suppress": True, "ordered": True}

    return matcher
