"""Understands a question: which words search, what they may also be called, which products it names."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.naming import model_numbers

from . import fts
from .comparing import segments, short_numbers
from .stems import stem, stem_all, stems
from .synonyms import Translation, is_hebrew, translations
from .vocabulary import beginning, frequencies, mended
from .weights import WEIGHTS
from .words import COMPARING, OF_DOCUMENTS, OF_SPECIFICATIONS, QUANTITY, cleaned, is_stop, question_words

MOST_TERMS = 24
SHORTEST_SPLIT = 6  # letters of an unknown word that may be two: `soundcard`


@dataclass(frozen=True)
class Option:
    """One way in which a passage may say a term: stems in a row, and how far that counts."""

    stems: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Term:
    """A word (or words) of the question. `frequency` is in how many passages its options stand, about.

    `guessed`: no document has the word; its options are what it may have been meant to be.
    """

    text: str
    options: tuple[Option, ...]
    frequency: int = 0
    weight: float = 1.0
    guessed: bool = False


@dataclass(frozen=True)
class Mention:
    """A product that the question names: words of titles and model numbers, each with its rarity (natural log)."""

    names: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.names.values()) + sum(self.numbers.values())


@dataclass(frozen=True)
class Question:
    """`mention` is of the whole question; `compared` has one a product where several are compared."""

    text: str
    english: str  # with the Hebrew words translated that the glossary knows
    language: str
    terms: tuple[Term, ...]
    mention: Mention
    compared: tuple[Mention, ...] = ()
    asks_quantity: bool = False
    asks_specification: bool = False  # for what stands in a table of technical data


def understand(text: str, language: str = "", *, unfinished: bool = False) -> Question:
    """Never raises, whatever the text: an empty or wordless one has no terms.

    `unfinished`: the last word may be the beginning of one, as while typing.
    """
    clean = cleaned(text)
    words = question_words(clean)
    found = translations(words)
    latin = _latin(words, found)
    terms = _counted(_terms(words, found), unfinished=unfinished)[:MOST_TERMS]
    parts = segments(latin)
    comparing = any(word in COMPARING for word in (*words, *latin))
    whole, written, *mentions = _mentions([" ".join(latin), clean, *(parts if comparing else ())])
    compared = _distinct(_with_short_numbers(mentions, parts))
    return Question(
        text=clean,
        english=" ".join(latin),
        language=language or ("he" if any(is_hebrew(word) for word in words) else "en"),
        terms=tuple(terms),
        mention=Mention({**written.names, **whole.names}, {**written.numbers, **whole.numbers}),
        compared=compared,
        asks_quantity=any(word in QUANTITY for word in latin),
        asks_specification=any(word in OF_SPECIFICATIONS for word in latin),
    )


def _latin(words: Sequence[str], found: Sequence[Translation]) -> list[str]:
    """The question with its Hebrew words translated, as far as the glossary goes."""
    at = {translation.start: translation for translation in found if is_hebrew(translation.term)}
    out: list[str] = []
    position = 0
    while position < len(words):
        if translation := at.get(position):
            out += translation.synonyms[0].lower().split()
            position += translation.length
        else:
            out.append(words[position])
            position += 1
    return out


def _terms(words: Sequence[str], found: Sequence[Translation]) -> list[Term]:
    terms: list[Term] = []
    translated = {place: one for one in found for place in range(one.start, one.start + one.length)}
    for position, word in enumerate(words):
        translation = translated.get(position)
        if translation and is_hebrew(translation.term):
            if position == translation.start and (translation.length > 1 or not is_stop(word)):
                terms.append(_translated(" ".join(words[position : position + translation.length]), translation))
            continue
        if translation and translation.length > 1:
            if position == translation.start:
                terms.append(_several(words[position : position + translation.length], translation))
            continue
        if is_stop(word) and not translation:
            continue
        own = (Option(tuple(stems(word))), *_joined(words, position)) if not is_stop(word) else ()
        also = _options(translation.synonyms, WEIGHTS.synonym) if translation else ()
        if options := _unique((*own, *also)):
            weight = WEIGHTS.number if word.replace(".", "").isdigit() else 1.0
            terms.append(Term(word, options, weight=weight))
    return _once(terms)


def _translated(text: str, translation: Translation) -> Term:
    written = Option(tuple(stems(text)))
    first, *further = translation.synonyms
    meant = (*_options([first], 1.0), *_options(further, WEIGHTS.further))
    return Term(text, _unique((written, *meant)))


def _several(words: Sequence[str], translation: Translation) -> Term:
    """Words that mean something together, such as `power supply`: the whole, what else it is called, or a part."""
    text = " ".join(words)
    parts = tuple(Option(tuple(stems(word)), WEIGHTS.part) for word in words if not is_stop(word))
    whole = (Option(tuple(stems(text))), Option((stem("".join(words)),)))
    return Term(text, _unique((*whole, *_options(translation.synonyms, WEIGHTS.synonym), *parts)))


def _options(synonyms: Sequence[str], weight: float) -> tuple[Option, ...]:
    return tuple(Option(tuple(stems(synonym)), weight) for synonym in synonyms)


def _joined(words: Sequence[str], position: int) -> list[Option]:
    """`foot switch` is also written `footswitch`, `kns 6402` also `kns6402`, and the other way round."""
    word = words[position]
    pairs = (words[position : position + 2], words[position - 1 : position + 1] if position else [])
    options = [
        Option((stem("".join(pair)),))
        for pair in pairs
        if len(pair) == 2 and not any(is_stop(one) or is_hebrew(one) for one in pair)
    ]
    pieces = _letters_and_digits(word)
    if len(pieces) > 1:
        options.append(Option(tuple(stem(piece) for piece in pieces)))
    return options


def _letters_and_digits(word: str) -> list[str]:
    pieces: list[str] = []
    for letter in word:
        if pieces and letter.isdigit() == pieces[-1][-1].isdigit() and letter.isalnum():
            pieces[-1] += letter
        elif letter.isalnum():
            pieces.append(letter)
    return pieces


def _counted(terms: Sequence[Term], *, unfinished: bool = False) -> list[Term]:
    """Options that the index does not know are dropped; a word without any is taken for a mistyped one, or for two."""
    if terms and unfinished:
        begun = tuple(Option((stem,), WEIGHTS.mended) for stem in beginning(terms[-1].text))
        terms = [*terms[:-1], replace(terms[-1], options=_unique((*terms[-1].options, *begun)))]
    known = frequencies(part for term in terms for option in term.options for part in option.stems)
    counted = []
    for term in terms:
        options = tuple(option for option in term.options if _frequency(option, known))
        guessed = not options
        if guessed:
            options = _guesses(term.text)
            known |= frequencies(part for option in options for part in option.stems)
        if options:
            frequency = sum(_frequency(option, known) for option in options)
            counted.append(replace(term, options=options, frequency=frequency, guessed=guessed))
    return counted


def _frequency(option: Option, known: dict[str, int]) -> int:
    return min((known.get(part, 0) for part in option.stems), default=0)


def _guesses(word: str) -> tuple[Option, ...]:
    if is_hebrew(word) or not word.isalpha():
        return ()
    if len(word) >= SHORTEST_SPLIT:
        halves = [(stem(word[:at]), stem(word[at:])) for at in range(3, len(word) - 2)]
        known = frequencies(half for pair in halves for half in pair)
        likely = [pair for pair in halves if all(known[half] for half in pair)]
        if likely:
            best = max(likely, key=lambda pair: min(known[half] for half in pair))
            return (Option(best, WEIGHTS.mended),)
    return tuple(Option((guess,), WEIGHTS.mended) for guess in mended(word))


def _unique(options: Sequence[Option]) -> tuple[Option, ...]:
    best: dict[tuple[str, ...], Option] = {}
    for option in options:
        if option.stems and all(option.stems) and option.weight > getattr(best.get(option.stems), "weight", 0):
            best[option.stems] = option
    return tuple(best.values())


def _once(terms: Sequence[Term]) -> list[Term]:
    return list({term.options[0].stems: term for term in reversed(terms)}.values())[::-1]


def _mentions(texts: Sequence[str]) -> list[Mention]:
    """Names and model numbers of each text that titles of documents know, with their rarity among documents."""
    numbers = [list(dict.fromkeys(stem_all(model_numbers(text)))) for text in texts]
    names = [[stem(word) for word in question_words(text) if _may_name(word)] for text in texts]
    known = frequencies((part for parts in (*numbers, *names) for part in parts), fts.DOCUMENTS)
    documents = fts.row_count(fts.DOCUMENTS)
    rarity = {part: fts.rarity(count, documents) for part, count in known.items() if count}
    return [
        Mention(
            {part: rarity[part] for part in own_names if part in rarity and part not in own_numbers},
            {part: rarity[part] for part in own_numbers if part in rarity},
        )
        for own_names, own_numbers in zip(names, numbers, strict=True)
    ]


def _with_short_numbers(mentions: Sequence[Mention], parts: Sequence[str]) -> list[Mention]:
    """Where titles have none of its numbers, each mention with those that it may be short for."""
    unknown = [n for n, mention in enumerate(mentions) if not mention.numbers]
    meant = dict(zip(unknown, short_numbers([parts[n] for n in unknown]), strict=True))
    documents = fts.row_count(fts.DOCUMENTS)
    return [
        replace(mention, numbers={part: fts.rarity(count, documents) for part, count in meant[n].items()})
        if n in meant
        else mention
        for n, mention in enumerate(mentions)
    ]


def _may_name(word: str) -> bool:
    return word not in OF_DOCUMENTS and not is_stop(word)


def _distinct(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Mentions that name something; none where they all name the same."""
    naming = [mention for mention in mentions if mention.total]
    kinds = {(frozenset(mention.names), frozenset(mention.numbers)) for mention in naming}
    return tuple(naming) if len(kinds) > 1 else ()
