"""The full-text index in PostgreSQL: the stems of each row as a `tsvector`, made by us.

PostgreSQL's own dictionaries would stem otherwise than SQLite's tokenizer, and the same question would find other
passages. So `rag.stems` gives the stems here too, and PostgreSQL keeps and finds them. Each index is a table of its
own beside the rows that it indexes: a row that is deleted takes its stems with it. Triggers count in how many rows
each stem stands; one writer at a time counts, as writers that take the same words in another order would wait for
each other for ever.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from .fts_tables import TABLES, FullTextTable, Limits, rarity
from .matching import AllOf, Matching, Within, phrase, stems_of, tsquery
from .stems import stems

LETTERS = "ABCD"  # under which tsvector keeps a column's words; columns beyond the fourth share the last
LONGEST = 500  # letters of a stem; PostgreSQL takes 2,046 bytes
FARTHEST = 16_383  # PostgreSQL counts no place beyond it
APART = 20  # places between two columns: no phrase goes from one into the next
BATCH = 500  # rows
MORE = 1.5  # rows are given: `ts_rank` finds out less than BM25, and among more the ranking finds the same ones
COUNTING = 7_265_001  # the advisory lock of who counts words
_FUNCTIONS = ("{name}_count", "{name}_uncount", "{content}_{name}", "{content}_{name}_all")
ALL_ROWS = ""  # the "word" under which the number of rows is counted


def create(database: BaseDatabaseWrapper) -> None:
    """Creates what is missing: tables, vocabularies, triggers."""
    with database.cursor() as cursor:
        for table in TABLES:
            for statement in _statements(table):
                cursor.execute(statement)


def rebuild(database: BaseDatabaseWrapper) -> None:
    """Indexes everything again from the models' tables. Words are counted once at the end: counted with each row, a
    million rows would change each frequent word's count a thousand times within one transaction."""
    for table in TABLES:
        name, words = table.name, table.vocabulary
        with database.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            cursor.execute(f"TRUNCATE {name}, {words}")
            for index_name, _ in _indexes(table):
                cursor.execute(f"DROP INDEX IF EXISTS {index_name}")
            cursor.execute(f"SELECT {table.rowid} FROM {table.content} ORDER BY 1")  # noqa: S608
            rows = [row[0] for row in cursor.fetchall()]
        index(database, table, rows)
        with database.cursor() as cursor:
            for statement in (*_tables(table), f"ALTER TABLE {name} ENABLE TRIGGER USER", *_counted(table)):
                cursor.execute(statement)


def _counted(table: FullTextTable) -> list[str]:
    return [  # every part is a constant
        f"INSERT INTO {table.vocabulary} (term, doc) "  # noqa: S608
        f"SELECT word, ndoc FROM ts_stat('SELECT terms FROM {table.name}')",
        f"INSERT INTO {table.vocabulary} (term, doc) SELECT '{ALL_ROWS}', count(*) FROM {table.name}",  # noqa: S608
    ]


def drop(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {table.name}, {table.vocabulary}")
            for function in _FUNCTIONS:
                cursor.execute(f"DROP FUNCTION IF EXISTS {function.format(**vars(table))}() CASCADE")


def check(database: BaseDatabaseWrapper) -> None:
    """Raises DatabaseError when an index and its content differ."""
    with database.cursor() as cursor:
        for table in TABLES:
            columns = ", ".join(f"coalesce(c.{column}, '')" for column in table.columns)
            cursor.execute(
                f"SELECT c.{table.rowid}, f.terms::text, {columns} FROM {table.content} c "  # noqa: S608
                f"LEFT JOIN {table.name} f ON f.rowid = c.{table.rowid}"
            )
            for row, kept, *texts in cursor.fetchall():
                cursor.execute("SELECT %s::tsvector::text", [_vector(texts)])
                if cursor.fetchone()[0] != kept:
                    raise DatabaseError(f"{table.name}: row {row} is not indexed as it stands in {table.content}.")


def optimize(database: BaseDatabaseWrapper) -> None:
    """Tells the planner what the index holds: worth it after a great deal was written."""
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table.name}")


def index(database: BaseDatabaseWrapper, table: FullTextTable, rows: Sequence[int]) -> None:
    """Takes up rows that were stored just now, or stored again, by their ids."""
    columns = ", ".join(f"coalesce({column}, '')" for column in table.columns)
    with database.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            ids = list(rows[start : start + BATCH])
            cursor.execute(f"DELETE FROM {table.name} WHERE rowid = ANY(%s)", [ids])  # noqa: S608
            cursor.execute(
                f"SELECT {table.rowid}, {columns} FROM {table.content} WHERE {table.rowid} = ANY(%s) ORDER BY 1",  # noqa: S608
                [ids],
            )
            vectors = [(row, _vector(texts)) for row, *texts in cursor.fetchall()]
            cursor.execute(  # one statement: the triggers count once for all rows
                f"INSERT INTO {table.name} (rowid, terms) "  # noqa: S608
                "SELECT * FROM unnest(%s::bigint[], %s::text[]::tsvector[])",
                [[row for row, _ in vectors], [vector for _, vector in vectors]],
            )


def row_count(database: BaseDatabaseWrapper, table: FullTextTable) -> int:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT doc FROM {table.vocabulary} WHERE term = %s", [ALL_ROWS])  # noqa: S608
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def matching(database: BaseDatabaseWrapper, table: FullTextTable, query: Matching, limits: Limits) -> list[int]:
    """Ids of rows that match, best first.

    A row's weight is the sum over the words of their rarity times PostgreSQL's rank of that word alone, which grows
    with each occurrence, but ever less, and is less in long rows: much like BM25.
    """
    terms = stems_of(query)
    with database.cursor() as cursor:
        rarities = _rarities(cursor, table, terms)
        weight = " + ".join(["%s * ts_rank(%s::real[], f.terms, %s::tsquery, 1)"] * len(terms)) or "0"
        weighing: list[float | list[float] | str] = []
        for word, worth in rarities:
            weighing += [worth, _ranks(table), word]
        conditions = _conditions(table, query)
        matches = " AND ".join(f"{part} @@ %s::tsquery" for part, _ in conditions)
        statement = (  # every part is a constant; what people typed is a parameter
            f"SELECT id FROM (SELECT f.rowid AS id, {weight} AS weight FROM {table.name} f {limits.joins} "  # noqa: S608
            f"WHERE {matches} {limits.where} LIMIT {limits.weighed}) found "
            f"ORDER BY weight DESC, id LIMIT {round(limits.best * MORE)}"
        )
        cursor.execute(statement, [*weighing, *(asked for _, asked in conditions), *limits.values])
        return [row[0] for row in cursor.fetchall()]


def _conditions(table: FullTextTable, query: Matching) -> list[tuple[str, str]]:
    """What must match: the stems of a row, or of some columns, and the `tsquery`.

    An index of all stems finds rows with a word anywhere. How few of them have it in a heading PostgreSQL neither knows
    nor finds without reading each, so columns that are searched alone have an index of their own.
    """
    parts = query.parts if isinstance(query, AllOf) else (query,)
    alone = [part for part in parts if isinstance(part, Within) and part.columns in table.alone]
    rest = tuple(part for part in parts if part not in alone)
    found = [(_part("f.terms", table, one.columns), tsquery(one.part, {})) for one in alone]
    return [*found, ("f.terms", tsquery(AllOf(rest) if alone else query, _letters(table)))] if rest else found


def _part(terms: str, table: FullTextTable, columns: tuple[str, ...]) -> str:
    letters = ",".join(_letters(table)[column].lower() for column in columns)
    return f"ts_filter({terms}, '{{{letters}}}')"


def _rarities(cursor: object, table: FullTextTable, terms: Sequence[str]) -> list[tuple[str, float]]:
    """Each term as a tsquery, and how much it tells."""
    cursor.execute(  # type: ignore[attr-defined]
        f"SELECT term, doc FROM {table.vocabulary} WHERE term = ANY(%s)",  # noqa: S608
        [[*terms, ALL_ROWS]],
    )
    counts = dict(cursor.fetchall())  # type: ignore[attr-defined]
    rows = counts.pop(ALL_ROWS, 0)
    return [(tsquery(phrase([term]), {}), rarity(counts.get(term, 0), rows)) for term in terms]


def _letters(table: FullTextTable) -> dict[str, str]:
    return {column: LETTERS[min(place, 3)] for place, column in enumerate(table.columns)}


def _ranks(table: FullTextTable) -> list[float]:
    """The weights of D, C, B and A, at most 1, as ts_rank takes them."""
    by_letter = dict.fromkeys(LETTERS, 0.0)
    for column, letter in _letters(table).items():
        by_letter[letter] = max(by_letter[letter], table.weights[table.columns.index(column)])
    most = max(by_letter.values())
    return [by_letter[letter] / most for letter in reversed(LETTERS)]


def _vector(texts: Iterable[str]) -> str:
    """The text of a `tsvector`: each stem with its places and the letters of its columns."""
    places: dict[str, list[str]] = defaultdict(list)
    place = 0
    for number, text in enumerate(texts):
        for stem in stems(text):
            place += 1
            if len(stem) <= LONGEST:
                places[stem].append(f"{min(place, FARTHEST)}{LETTERS[min(number, 3)]}")
        place += APART
    quoted = ((stem.replace("\\", "\\\\").replace("'", "''"), found) for stem, found in places.items() if stem)
    return " ".join(f"'{stem}':{','.join(found)}" for stem, found in quoted)


def _indexes(table: FullTextTable) -> list[tuple[str, str]]:
    """Names, and what each holds."""
    parts = [(f"{table.name}_{columns[0]}", _part("terms", table, columns)) for columns in table.alone]
    return [(f"{table.name}_terms", "terms"), *parts]


def _tables(table: FullTextTable) -> list[str]:
    return [
        f"CREATE TABLE IF NOT EXISTS {table.name} (rowid bigint PRIMARY KEY, terms tsvector NOT NULL)",
        *(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} USING gin ({of})" for name, of in _indexes(table)),
    ]


def _statements(table: FullTextTable) -> list[str]:
    name, words = table.name, table.vocabulary
    return [
        *_tables(table),
        f"CREATE TABLE IF NOT EXISTS {words} (term text PRIMARY KEY, doc bigint NOT NULL)",
        *trigger(name, "count", "insert", "NEW", _counting(words)),
        *trigger(name, "uncount", "delete", "OLD", _counting(words, "-")),
        # Rows that go take their stems along, by whatever way they go.
        *trigger(
            table.content,
            name,
            "delete",
            "OLD",
            f"DELETE FROM {name} WHERE rowid IN (SELECT {table.rowid} FROM changed);",  # noqa: S608
        ),
        *trigger(table.content, f"{name}_all", "truncate", "", f"TRUNCATE {name}, {words};"),
    ]


def _counting(words: str, sign: str = "") -> str:
    return (  # every part is a constant
        f"PERFORM pg_advisory_xact_lock({COUNTING}); INSERT INTO {words} (term, doc) SELECT term, {sign}count(*) FROM "  # noqa: S608
        "(SELECT unnest(tsvector_to_array(terms)) AS term FROM changed "
        f"UNION ALL SELECT '{ALL_ROWS}' FROM changed) each_word GROUP BY term "
        f"ON CONFLICT (term) DO UPDATE SET doc = {words}.doc + excluded.doc;"
    )


def trigger(table: str, name: str, event: str, rows: str, does: str) -> list[str]:
    """A function, and the trigger that calls it once a statement; `rows` are those that it knows as `changed`."""
    function = f"{table}_{name}"
    changed = f"REFERENCING {rows} TABLE AS changed" if rows else ""
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$does$ BEGIN {does} RETURN NULL; END $does$",
        f"CREATE OR REPLACE TRIGGER {function} AFTER {event} ON {table} {changed} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
    ]
