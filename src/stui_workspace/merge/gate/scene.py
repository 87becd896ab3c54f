"""What all checks of one merge share: the documents, the excuses, and what was found on the way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property

from stui_workspace.document import Document, Mapping, Node, Sequence
from stui_workspace.merge.gate.excuses import Excuses
from stui_workspace.merge.gate.forms import Forms, sides_of
from stui_workspace.merge.gate.spot import (
    ALL,
    BASE,
    OURS,
    RESULT,
    SIDES,
    THEIRS,
    Four,
    Spot,
    objection,
)
from stui_workspace.merge.gate.surroundings import surroundings, within
from stui_workspace.merge.policy import Policy


class Scene:
    """The four documents of a merge, and where the result is excused."""

    def __init__(
        self,
        documents: tuple[Document, Document, Document, Document],
        excuses: Excuses,
        policy: Policy,
        check: Callable[[Scene, Spot], None],
    ) -> None:
        base, ours, theirs, result = documents
        self.documents = documents
        self.texts = (base.text, ours.text, theirs.text, result.text)
        self.roots: Four = (base.root, ours.root, theirs.root, result.root)
        self.excuses = excuses
        self.policy = policy
        self._check = check
        self.forms = Forms(self.texts)
        self.lenient: list[tuple[int, int, int]] = []
        """Side, start and end of the texts in which comments may come and go."""
        self.loose: list[tuple[int, int]] = []
        """Start and end of what is excused in the result."""
        self.anchors: list[dict[str, int]] = []
        """How often each name of an anchor is given in each document, where any is."""

    @property
    def root(self) -> Spot:
        """Where the walk begins."""
        return Spot(self.roots, self.policy.root, self.excuses.root)

    def check(self, spot: Spot) -> None:
        """Nothing, where the result is right at a place and below.

        Raises:
            ObjectionError: It is not.
        """
        self._check(self, spot)

    def same(self, spot: Spot, one: int, other: int) -> bool:
        """Whether a place says the same in two of the documents, or is missing in both."""
        nodes = spot.nodes
        return self.forms.same((one, nodes[one]), (other, nodes[other]), spot.where)

    def is_untouched(self, nodes: Four) -> bool:
        """Whether the very same is written in all four documents."""
        alike, base = self.forms.is_written_alike, (BASE, nodes[BASE])
        return (
            alike(base, (RESULT, nodes[RESULT]))
            and alike(base, (OURS, nodes[OURS]))
            and alike(base, (THEIRS, nodes[THEIRS]))
        )

    def expect(self, spot: Spot, side: int) -> None:
        """Nothing, where the result says what one side says.

        Raises:
            ObjectionError: It does not.
        """
        if self.same(spot, side, RESULT):
            return
        if spot.live and self.excuses.cover(spot.live):
            self.check_known(spot)
            return
        if spot.nodes[RESULT] is None:
            raise objection(spot, "is missing")
        if spot.nodes[side] is None:
            raise objection(spot, "should not be there")
        raise objection(spot, "is not what the side that changed it says")

    def clash(self, spot: Spot, aspect: str = "value") -> None:
        """Nothing, where a conflict is known at a place or below.

        Raises:
            ObjectionError: None is, and yet both sides changed it.
        """
        if aspect != "value" and not self.excuses.has(spot.live, aspect, "value"):
            raise objection(spot, f"has a conflict of its {aspect} that is not reported")
        if not self.excuses.cover(spot.live):
            raise objection(spot, "was changed on both sides, and no conflict is reported")
        if aspect == "value":
            self.check_known(spot)

    def check_needed(self, spot: Spot) -> None:
        """Nothing, where at least one side changed something.

        Raises:
            ObjectionError: A conflict is reported, and neither did.
        """
        base, ours, theirs, _ = spot.nodes
        if base is None or ours is None or theirs is None:
            if base is ours is theirs:
                raise objection(spot, "is reported as a conflict and is not there")
            return
        around = [surroundings(self.texts[side], node) for side, node in sides_of(spot.nodes)]
        words = [
            self.texts[side][start:end].split()
            for side, (start, end) in zip(SIDES, around, strict=True)
        ]
        if words[BASE] == words[OURS] == words[THEIRS]:
            raise objection(spot, "is reported as a conflict, and neither side changed it")

    def check_known(self, spot: Spot) -> None:
        """Nothing, where all that the result says at a place comes from an input.

        Raises:
            ObjectionError: Something comes from nowhere.
        """
        result = spot.nodes[RESULT]
        if result is None or any(
            self.same(spot, side, RESULT) for side in SIDES if spot.nodes[side] is not None
        ):
            return
        known: set[Hashable] = set()
        for side, node in sides_of(spot.nodes):
            known |= self.forms.leaves(side, node).keys()
        found = self.forms.leaves(RESULT, result).keys()
        if isinstance(result, (Mapping, Sequence)):
            known |= self.all_leaves
        if not found <= known:
            raise objection(spot, "holds something that no side had")

    @cached_property
    def all_leaves(self) -> frozenset[Hashable]:
        """All values of base, ours and theirs."""
        leaves = (self.forms.leaves(side, self.roots[side]) for side in SIDES)
        return frozenset[Hashable]().union(*leaves)

    def forgive(self, nodes: Four) -> None:
        """Let comments come and go around a place."""
        for side in ALL:
            node = nodes[side]
            if node is not None:
                self.forgive_one(side, node)
        result = nodes[RESULT]
        if result is not None:
            self.loose.append((result.start, result.end))

    def forgive_within(self, nodes: Four) -> None:
        """Let comments come and go in a place, but not around it."""
        for side in ALL:
            node = nodes[side]
            if node is not None:
                self.lenient.append((side, *within(self.texts[side], node)))

    def forgive_one(self, side: int, node: Node) -> None:
        """Let comments come and go around a node of one document."""
        self.lenient.append((side, *surroundings(self.texts[side], node)))

    def is_loose(self, node: Node) -> bool:
        """Whether a node of the result stands in something that is excused."""
        return any(start <= node.start and node.end <= end for start, end in self.loose)

    def below(self, spot: Spot, step: str, nodes: Four, names: Iterable[str]) -> Spot:
        """The place one step down, where it is called by any of `names`."""
        live = self.excuses.below(spot.live, names) if spot.live else ()
        return Spot(nodes, spot.where.below(step), live, (spot.trail, step))

    def entries(self, nodes: Four) -> tuple[dict[str, Node], ...]:
        """The values by key of a map in all four documents; none where it is no map."""
        return tuple(self.forms.entries(side, nodes[side]) for side in ALL)
