"""Every weight of the ranking, in one place. docs/search.md has the figures that chose them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    # Of the index, a weight a column: title, model numbers, heading, text, mended words. It only picks candidates.
    columns: tuple[float, ...] = (2.0, 4.0, 2.0, 1.0, 1.0)

    # Shares of a passage's score: each part lies between 0 and 1.
    text: float = 1.0  # how much of the question its text covers, rare words counting more
    product: float = 0.9  # whether its document is about the product asked for
    heading: float = 0.1  # how much of the question its headings cover
    page: float = 0.3  # how much of the question the whole page covers
    proximity: float = 0.2  # whether the words stand near to each other
    dense: float = 0.3  # how near its meaning is to the question's, where an embedder is configured
    quantity: float = 0.1  # a number beside a matched word, when the question asks for one
    specification: float = 0.15  # under a heading of technical data, when the question asks for such

    # How far a word counts that stands only in the heading or the title, or in another word's place.
    in_heading: float = 0.6
    in_title: float = 0.95
    synonym: float = 0.7
    further: float = 0.9  # a translation that is not the first one
    part: float = 0.5  # one word of several that mean something together
    mended: float = 0.8  # a typing error forgiven
    number: float = 0.5  # a number that is no model's

    unlike: float = 0.2  # the likeness of texts that have nothing to do with each other

    # Factors on the score.
    sibling: float = 0.45  # a model of the same series with another number
    stranger: float = 0.8  # neither title nor text has a model number that was asked for
    other_mark: float = 0.9  # a mark or generation that was not asked for
    foreign_language: float = 0.5  # neither the question's language nor English
    unknown_language: float = 0.95
    thin: float = 0.7  # hardly a word of text

    # Further passages of one page, and of one document, give way to others.
    same_page: float = 0.8
    same_document: float = 0.95

    saturation: float = 1.2  # BM25's k1
    length: float = 0.6  # BM25's b
    mean_words: float = 130.0


WEIGHTS = Weights()
