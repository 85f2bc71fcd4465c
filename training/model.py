"""The reading model: question and passage tokens together → one logit a sentence."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

COLUMNS = 388
"""The encoder's 384 and the four of `align.join`."""
WIDTH, HEADS, LAYERS, INNER = 160, 4, 2, 320
DROPOUT = 0.1
BLOCKED = -1e4


class Layer(nn.Module):
    """A pre-norm transformer layer written out, so that its export has no fixed lengths in it."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.linear1 = nn.Linear(WIDTH, INNER)
        self.linear2 = nn.Linear(INNER, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        batch = hidden.shape[0]
        q, k, v = self.qkv(self.norm1(hidden)).chunk(3, dim=2)
        q, k, v = (x.reshape(batch, -1, HEADS, WIDTH // HEADS).transpose(1, 2) for x in (q, k, v))
        scores = q @ k.transpose(2, 3) * (WIDTH // HEADS) ** -0.5 + bias
        seen = (self.dropout(scores.softmax(dim=3)) @ v).transpose(1, 2).reshape(batch, -1, WIDTH)
        hidden = hidden + self.dropout(self.out(seen))
        inner = self.dropout(nn.functional.gelu(self.linear1(self.norm2(hidden))))
        return hidden + self.dropout(self.linear2(inner))


class ReadingModel(nn.Module):
    """Two such layers over the projected tokens of both sides, and a head for each sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.question = nn.Linear(COLUMNS, WIDTH)
        self.passage = nn.Linear(COLUMNS, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Sequential(nn.Linear(3 * WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, 1))

    def forward(
        self,
        question: torch.Tensor,
        question_mask: torch.Tensor,
        passage: torch.Tensor,
        passage_mask: torch.Tensor,
        membership: torch.Tensor,
    ) -> torch.Tensor:
        """(batch, sentences) logits.

        Args:
            question: (batch, question tokens, COLUMNS), with its mask of 0 and 1.
            question_mask: (batch, question tokens)
            passage: (batch, passage tokens, COLUMNS), with its mask.
            passage_mask: (batch, passage tokens)
            membership: (batch, sentences, passage tokens), 1 where a token is in a sentence.
        """
        hidden = torch.cat([self.question(question), self.passage(passage)], dim=1)
        mask = torch.cat([question_mask, passage_mask], dim=1)
        bias = ((1 - mask) * BLOCKED).unsqueeze(1).unsqueeze(1)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        hidden = self.norm(hidden)
        asked, read = hidden[:, : question.shape[1]], hidden[:, question.shape[1] :]
        mean = membership @ read / membership.sum(dim=2, keepdim=True).clamp(min=1)
        spread = read.unsqueeze(1) + (membership.unsqueeze(3) - 1) * -BLOCKED
        most = spread.amax(dim=2).clamp(min=-50)
        gist = (asked * question_mask.unsqueeze(2)).sum(dim=1)
        gist = (gist / question_mask.sum(dim=1, keepdim=True)).unsqueeze(1).expand_as(mean)
        logits: torch.Tensor = self.head(torch.cat([mean, most, gist], dim=2)).squeeze(2)
        return logits


def export(model: ReadingModel, path: Path) -> None:
    """Write the model as ONNX with free batch, token and sentence numbers."""
    model.eval()
    example = (
        torch.zeros(2, 5, COLUMNS),
        torch.ones(2, 5),
        torch.zeros(2, 7, COLUMNS),
        torch.ones(2, 7),
        torch.ones(2, 3, 7),
    )
    axes = {
        "question": {0: "batch", 1: "asked"},
        "question_mask": {0: "batch", 1: "asked"},
        "passage": {0: "batch", 1: "read"},
        "passage_mask": {0: "batch", 1: "read"},
        "membership": {0: "batch", 1: "sentences", 2: "read"},
    }
    torch.onnx.export(
        model,
        example,
        str(path),
        input_names=list(axes),
        output_names=["logits"],
        dynamic_axes={**axes, "logits": {0: "batch", 1: "sentences"}},
        dynamo=False,
    )
