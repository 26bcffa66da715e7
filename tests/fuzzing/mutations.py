"""Inputs made from valid ones: cut, doubled, spliced, and sprinkled with what parsers stumble over."""

from random import Random

TOKENS = r"""
    < > </ /> <!-- --> <![CDATA[ ]]> <!DOCTYPE <?xml &#0; &#xFFFFFFFF; &amp; &lt &x; " ' ` \ / // /../ %2e%2e%2f %00 %ff %
    { } [ ] {} [] : , null true 1e999 -0 99999999999999999999 0x7f000001 \u0000 \ud800 \\ "@type" "@graph" "name" Product
    http:// https:// //x @ #/ #! ? & = ;jsessionid= xn--a [::1] [::ffff:127.0.0.1] 2130706433 0177.0.0.1 :0 :99999 javascript:
    User-agent: Disallow: Allow: Crawl-delay: Sitemap: * $ \r\n <loc> <url> <sitemap> <urlset> <sitemapindex> <link>
    <table> <tr> <td> <dl> <dt> <script> </script> <style> <template> <svg> <math> <a href= <base href= <meta charset= <td colspan=
    obj endobj stream endstream xref trailer startxref /Length /Filter /FlateDecode /Kids /Parent /Count /Type R << >> 0 -1
    AND OR NOT NEAR( "a" -a -- /* ' OR 1=1 ${x} {{x}} mk2 MkII 49 ½ Ⅷ וה מדריך ‮ ‏ ﬁ 🎹 İ ß é
    """.split()
SIGNS = [chr(code) for code in (0, 1, 9, 10, 13, 32, 0x7F, 0x85, 0xA0, 0xAD, 0x200B, 0x202E, 0x2028, 0xFEFF, 0xFFFD, 0x10FFFF)]  # fmt: skip
LONGEST = 60_000  # characters


def text(dice: Random, seeds: list[str]) -> str:
    made = dice.choice(seeds)
    for _ in range(dice.randint(1, 6)):
        made = dice.choice(WAYS)(dice, made, seeds)
    return made[:LONGEST]


def data(dice: Random, seeds: list[bytes]) -> bytes:
    """Bytes are treated as text of one byte a sign; a token beyond that is written as UTF-8."""
    made = text(dice, [seed.decode("latin-1") for seed in seeds])
    return b"".join(sign.encode("latin-1") if ord(sign) < 256 else sign.encode("utf-8", "replace") for sign in made)


def place(dice: Random, made: str) -> tuple[int, int]:
    begin = dice.randint(0, len(made))
    return begin, min(len(made), begin + dice.choice((0, 1, 2, 8, 40, 400)))


def insert(dice: Random, made: str, seeds: list[str]) -> str:
    at = dice.randint(0, len(made))
    return made[:at] + "".join(dice.choice(TOKENS) for _ in range(dice.randint(1, 4))) + made[at:]


def sprinkle(dice: Random, made: str, seeds: list[str]) -> str:
    at, end = place(dice, made)
    sign = dice.choice(SIGNS) if dice.random() < 0.6 else chr(dice.randrange(0xD800))
    return made[:at] + sign + made[end:]


def cut(dice: Random, made: str, seeds: list[str]) -> str:
    at, end = place(dice, made)
    return made[:at] + made[end:]


def shorten(dice: Random, made: str, seeds: list[str]) -> str:
    return made[: dice.randint(0, len(made))]


def repeat(dice: Random, made: str, seeds: list[str]) -> str:
    at, end = place(dice, made)
    return made[:at] + (made[at:end] or dice.choice(TOKENS)) * dice.choice((2, 3, 30, 300)) + made[end:]


def splice(dice: Random, made: str, seeds: list[str]) -> str:
    other = dice.choice(seeds)
    return made[: dice.randint(0, len(made))] + other[dice.randint(0, len(other)) :]


WAYS = (insert, insert, sprinkle, cut, shorten, repeat, splice)
