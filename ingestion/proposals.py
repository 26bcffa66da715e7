"""Which model a document proposes to cover: what its clues name, weighed against each other and its text."""

from collections import Counter
from dataclasses import dataclass, field
from math import prod

from catalog.naming import model_key, model_words

from .manual_names import (
    has_number,
    is_another,
    is_model,
    names_in_file,
    names_in_folder,
    names_in_title,
    without_brand,
)

# How much each clue says by itself. Clues that agree add up: 1 - (1 - .7)(1 - .6) = .88.
WEIGHTS = {"heading": 0.7, "title": 0.7, "file": 0.6, "own": 0.5, "folder": 0.3, "text": 0.5}
OFTEN, OFTEN_WEIGHT = 3, 0.6  # times that a text names it
ENOUGH = 0.6  # of confidence to be believed where no product of this name is known


@dataclass(frozen=True)
class Clues:
    """What stands about a document. `own` is the title within the file, `text` the beginning of its pages."""

    title: str
    address: str
    heading: str = ""
    own: str = ""
    text: str = ""


@dataclass(frozen=True)
class Proposal:
    """`names` are the models, the first one as spelled best; `evidence` pairs of clue and what stands there."""

    names: tuple[str, ...]
    confidence: float
    evidence: tuple[tuple[str, str], ...]

    @property
    def is_certain_enough(self) -> bool:
        """Whether a product may be made of it: the name has a number in it, or two clues agree, one of them spoken."""
        clues = {clue for clue, _ in self.evidence}
        spoken = len(clues) > 1 and bool(clues & {"heading", "title", "own"})
        return self.confidence >= ENOUGH and (spoken or has_number(self.names[0]))


@dataclass
class Candidate:
    names: list[str]
    evidence: dict[str, str] = field(default_factory=dict)

    def confidence(self) -> float:
        return 1 - prod(1 - weight_of(clue, words) for clue, words in self.evidence.items())


def weight_of(clue: str, words: str) -> float:
    return OFTEN_WEIGHT if clue == "text" and int(words) >= OFTEN else WEIGHTS[clue]


def propose(clues: Clues, *, brand: str = "") -> Proposal | None:
    """The models that speak loudest. A longer name that begins as a shorter one has the shorter one's evidence too."""
    found = candidates(clues, brand)
    if not found:
        return None
    add_text(found, clues.text)
    for key, longer in found.items():
        for shorter in [other for other in found if other != key and key.startswith(other)]:
            if set(longer.evidence) - {"folder", "text"}:
                longer.evidence = found[shorter].evidence | longer.evidence
    best = max(found.values(), key=lambda each: (round(each.confidence(), 3), len(model_key(each.names[0]))))
    if set(best.evidence) <= {"folder", "text"}:
        return None
    evidence = tuple(sorted(best.evidence.items(), key=lambda item: -weight_of(*item)))
    return Proposal(tuple(best.names), round(best.confidence(), 3), evidence)


def candidates(clues: Clues, brand: str) -> dict[str, Candidate]:
    """By the key of the first model, in the order in which a clue's spelling is believed."""
    found: dict[str, Candidate] = {}
    file = "" if clues.address.startswith("file:") and same_words(clues.address, clues.title) else clues.address
    for clue, names, words in (
        ("heading", names_in_title(clues.heading), clues.heading),
        ("title", names_in_title(clues.title), clues.title),
        ("own", names_in_title(clues.own), clues.own),
        ("file", names_in_file(file) if file else [], file.rpartition("/")[2]),
        ("folder", names_in_folder(clues.address), clues.address.rpartition("/")[0]),
    ):
        named = [name for raw in names if is_model(name := without_brand(raw, brand)) and not is_brand(name, brand)]
        if named:
            candidate = found.setdefault(model_key(named[0]), Candidate(named))
            candidate.names = max(candidate.names, named, key=len)
            candidate.evidence.setdefault(clue, words[:200])
    return found


def same_words(address: str, title: str) -> bool:
    return set(model_words(title).split()) <= set(model_words(address.removeprefix("file:")).split())


def is_brand(name: str, brand: str) -> bool:
    """The maker's own name is no model: neither whole nor its first word."""
    return bool(brand) and model_key(name) in (model_key(brand), model_key(brand.split()[0]))


def add_text(found: dict[str, Candidate], text: str) -> None:
    """How often the text names each candidate; where a longer one stands, the shorter one is not meant."""
    words = model_words(text).split()
    wanted = {tuple(model_words(candidate.names[0]).split()): candidate for candidate in found.values()}
    counted: Counter[tuple[str, ...]] = Counter()
    position = 0
    while position < len(words):
        here = [parts for parts in wanted if tuple(words[position : position + len(parts)]) == parts]
        longest = max(here, key=len, default=())
        if longest and not is_another(words, position + len(longest)):
            counted[longest] += 1
        position += len(longest) or 1
    for parts, count in counted.items():
        wanted[parts].evidence["text"] = str(count)
