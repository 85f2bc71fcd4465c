"""The reading model: a question and a passage → which sentences answer, which words, if any at all.

Both sides go through the layers of all-MiniLM-L6-v2 side by side; the first ones may see them apart
from each other (Cao et al., "DeFormer: Decomposing Pre-trained Transformers for Faster Question
Answering", ACL 2020). What meets what is told to the layers that see both: the same token on the
other side, the nearest token there by embedding and by hidden state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from examples import FIRST_WORD

BLOCKED = -1e4
DROPOUT = 0.1
COLUMNS = 3


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder."""

    width: int = 384
    heads: int = 12
    inner: int = 1536
    layers: int = 6
    vocabulary: int = 30522
    positions: int = 512
    epsilon: float = 1e-12


class Layer(nn.Module):
    """A BERT layer (Devlin et al. 2019), written out so that its export has no fixed lengths."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm1 = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.norm2 = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        batch, length, width = hidden.shape
        parts = self.qkv(hidden).chunk(3, dim=2)
        q, k, v = (
            x.reshape(batch, length, self.heads, width // self.heads).transpose(1, 2) for x in parts
        )
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        seen = seen.transpose(1, 2).reshape(batch, length, width)
        hidden = self.norm1(hidden + self.dropout(self.out(seen)))
        return self.norm2(hidden + self.dropout(self.outer(functional.gelu(self.inner(hidden)))))


class ReadingModel(nn.Module):
    """One pair (question, passage) → logits of its sentences, of the passage, and of spans."""

    def __init__(self, apart: int = 0, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.apart = nn.ModuleList(Layer(shape) for _ in range(apart))
        self.together = nn.ModuleList(Layer(shape) for _ in range(shape.layers - apart))
        self.sides = nn.Parameter(torch.zeros(2, shape.width))
        self.meeting = nn.Linear(COLUMNS, shape.width)
        nn.init.zeros_(self.meeting.bias)
        nn.init.normal_(self.meeting.weight, std=0.02)
        self.sentence_head = nn.Sequential(
            nn.Linear(3 * shape.width, shape.width), nn.GELU(), nn.Linear(shape.width, 1)
        )
        self.passage_head = nn.Sequential(
            nn.Linear(2 * shape.width, shape.width), nn.GELU(), nn.Linear(shape.width, 2)
        )
        self.span_head = nn.Linear(shape.width, 2)

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        return self.norm(self.words(ids) + self.places(places))

    def see_apart(self, ids: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        hidden = self.embed(ids)
        for layer in self.apart:
            hidden = layer(hidden, bias)
        return hidden

    def meet(
        self, q_ids: torch.Tensor, p_ids: torch.Tensor, q: torch.Tensor, p: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The columns of both sides: (batch, tokens, COLUMNS)."""
        q_word, p_word = q_ids >= FIRST_WORD, p_ids >= FIRST_WORD
        both = (q_word.unsqueeze(2) & p_word.unsqueeze(1)).float()
        same = (q_ids.unsqueeze(2) == p_ids.unsqueeze(1)).float() * both
        near = unit(self.words(q_ids)) @ unit(self.words(p_ids)).transpose(1, 2) * both
        likes = unit(q) @ unit(p).transpose(1, 2) * both
        meets = torch.stack([same, near, likes], dim=3)
        return meets.amax(dim=2), meets.amax(dim=1)

    def forward(
        self,
        q_ids: torch.Tensor,
        q_mask: torch.Tensor,
        p_ids: torch.Tensor,
        p_mask: torch.Tensor,
        membership: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Read a batch of pairs.

        Args:
            q_ids: (batch, question tokens) WordPiece ids, [CLS] and [SEP] included.
            q_mask: the same shape, 1.0 for tokens and 0.0 for padding.
            p_ids: (batch, passage tokens), heading first.
            p_mask: likewise.
            membership: (batch, sentences, passage tokens), 1.0 where a token is in a sentence.

        Returns:
            (batch, sentences) logits: does the sentence answer?
            (batch, 2) logits: is the passage about the question, and does it hold an answer?
            (batch, passage tokens, 2) logits of the first and the last token of the answer.
        """
        q_bias = ((1 - q_mask) * BLOCKED).unsqueeze(1).unsqueeze(1)
        p_bias = ((1 - p_mask) * BLOCKED).unsqueeze(1).unsqueeze(1)
        q, p = self.see_apart(q_ids, q_bias), self.see_apart(p_ids, p_bias)
        q_meets, p_meets = self.meet(q_ids, p_ids, q, p)
        q = q + self.meeting(q_meets) + self.sides[0]
        p = p + self.meeting(p_meets) + self.sides[1]
        hidden, bias = torch.cat([q, p], dim=1), torch.cat([q_bias, p_bias], dim=3)
        for layer in self.together:
            hidden = layer(hidden, bias)
        asked, read = hidden[:, : q_ids.shape[1]], hidden[:, q_ids.shape[1] :]
        mean = membership @ read / membership.sum(dim=2, keepdim=True).clamp(min=1)
        spread = read.unsqueeze(1) + (1 - membership.unsqueeze(3)) * BLOCKED
        most = spread.amax(dim=2).clamp(min=-50)
        gist = asked[:, :1].expand_as(mean)
        sentences = self.sentence_head(torch.cat([mean, most, gist], dim=2)).squeeze(2)
        passage = self.passage_head(torch.cat([asked[:, 0], read[:, 0]], dim=1))
        return sentences, passage, self.span_head(read)


def unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / vectors.norm(dim=2, keepdim=True).clamp(min=1e-6)


def from_encoder(weights: Path | None = None, apart: int = 0) -> ReadingModel:
    """A reading model that starts as the bundled encoder; its heads know nothing yet.

    `weights` are the encoder's, if they are not to be taken from its package.
    """
    from safetensors.torch import load_file

    if weights is None:
        from s3assist.encode.model import bundled_model

        weights = bundled_model().folder / "model.safetensors"
    state = {name: value.float() for name, value in load_file(str(weights)).items()}
    model = ReadingModel(apart)
    embeddings = "embeddings."
    model.words.weight.data.copy_(state[f"{embeddings}word_embeddings.weight"])
    # The encoder gives every token the type 0, so its vector belongs to every place.
    kind = state[f"{embeddings}token_type_embeddings.weight"][0]
    model.places.weight.data.copy_(state[f"{embeddings}position_embeddings.weight"] + kind)
    copy_pair(model.norm, state, f"{embeddings}LayerNorm")
    for number, layer in enumerate([*model.apart, *model.together]):
        copy_layer(layer, state, f"encoder.layer.{number}.")
    model.words.requires_grad_(False)  # rare words would keep, frequent ones lose, their meaning
    return model


def copy_layer(layer: Any, state: dict[str, torch.Tensor], prefix: str) -> None:
    for kind in ("weight", "bias"):
        parts = [state[f"{prefix}attention.self.{n}.{kind}"] for n in ("query", "key", "value")]
        getattr(layer.qkv, kind).data.copy_(torch.cat(parts))
    copy_pair(layer.out, state, f"{prefix}attention.output.dense")
    copy_pair(layer.norm1, state, f"{prefix}attention.output.LayerNorm")
    copy_pair(layer.inner, state, f"{prefix}intermediate.dense")
    copy_pair(layer.outer, state, f"{prefix}output.dense")
    copy_pair(layer.norm2, state, f"{prefix}output.LayerNorm")


def copy_pair(module: Any, state: dict[str, torch.Tensor], name: str) -> None:
    module.weight.data.copy_(state[f"{name}.weight"])
    module.bias.data.copy_(state[f"{name}.bias"])


def load_weights(path: Path) -> ReadingModel:
    state = torch.load(path, weights_only=True, map_location="cpu")
    apart = {name.split(".")[1] for name in state if name.startswith("apart.")}
    model = ReadingModel(len(apart))
    model.load_state_dict(state)
    return model.eval()
