"""A sentence with all that helps to say whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.focus import Antecedent, Focus
    from mingcha.pipeline.references import Reference
    from mingcha.pipeline.setting import Setting


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with its resolved references, what was spoken of before it and what holds for the document.

    ``targets`` are the rule hits that somebody is to be charged with; all spans count from the start of ``text``.
    """

    text: str
    references: tuple[Reference, ...]
    targets: Sequence[Span]
    focus: Focus
    setting: Setting

    @property
    def before(self) -> Antecedent:
        """Whom the sentences before spoke of; empty as well where nobody was."""
        return self.focus.latest() or ()

    @property
    def own(self) -> str | None:
        """Whom an omitted subject means: who writes, the only one spoken of, or whom the document is about."""
        spoken = self.before[0] if len(self.before) == 1 else self.setting.default
        return self.setting.first_person or spoken

    def are_persons(self, *subjects: str | None) -> bool:
        """Tell whether all of *subjects* are persons of the roster."""
        return all(one is not None and self.setting.registry.is_person(one) for one in subjects)
