"""How many manuals were given to the right model: compares an export with what is known to be true.

    manage.py export_catalog "Akai Professional" > export.jsonl
    python docs/score_manuals.py export.jsonl truth.json

`truth.json` maps the path of each manual (or its file's name) to an object whose `for_product` is the model, or a list
of models. Prints each manual that went elsewhere, then the score; the exit status is 0 when all are right.
"""

import json
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from catalog.naming import model_key


def path_of(address: str) -> str:
    return unquote(urlsplit(address).path)


def models(value: str | list[str]) -> set[str]:
    return {model_key(name) for name in ([value] if isinstance(value, str) else value)}


def main(export: str, truth: str) -> int:
    rows = [json.loads(line) for line in Path(export).read_text(encoding="utf-8").splitlines()]
    given = {path_of(row["url"]): row["products"] for row in rows if row["type"] == "document"}
    wanted = {
        path_of(path): entry["for_product"]
        for path, entry in json.loads(Path(truth).read_text(encoding="utf-8")).items()
        if entry.get("for_product")
    }
    right = 0
    for path, model in wanted.items():
        if models(given.get(path, [])) == models(model):
            right += 1
        else:
            sys.stdout.write(f"{path}: {given.get(path, 'not in the catalogue')}, should be {model}\n")
    sys.stdout.write(f"{right} of {len(wanted)} manuals belong to the right model\n")
    return 0 if right == len(wanted) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
