"""One encoder, five heads, one forward pass."""

from __future__ import annotations

import torch
from torch import nn
from transformers import PreTrainedModel

from nlp.model_folder import LABELS
from training.dropout import ByteDropout

OUTPUTS = ("label", "type", "sign", "stage", "token")


class ScamReader(nn.Module):
    """Label, type, signs, stage of a text, and the sign each token shows.

    Args:
        encoder: any BERT-like encoder whose call gives ``last_hidden_state`` (batch, tokens, hidden).
        sizes: how many types, signs and stages the taxonomy has.
        dropouts: so many dropout masks are averaged in training (multi-sample dropout).
    """

    def __init__(
        self, encoder: PreTrainedModel, sizes: tuple[int, int, int], dropout: float, dropouts: int = 1
    ) -> None:
        super().__init__()
        types, signs, stages = sizes
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.drop = ByteDropout(dropout)
        self.dropouts = dropouts
        sizes_by_head = {"label": len(LABELS), "type": types, "sign": signs, "stage": stages}
        self.heads = nn.ModuleDict(
            {f"{name}_head": nn.Linear(2 * hidden, size) for name, size in sizes_by_head.items()}
        )
        self.token = nn.Linear(hidden, signs)
        # signs are rare: starting there saves the first epoch from unlearning "half of all words show it"
        nn.init.constant_(self.heads["sign_head"].get_parameter("bias"), -2.0)
        nn.init.constant_(self.token.bias, -4.0)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> tuple[torch.Tensor, ...]:
        """Logits in the order of :data:`OUTPUTS`.

        Args:
            input_ids: (batch, tokens), int64.
            attention_mask: (batch, tokens), 1 for a token and 0 for padding; None where nothing is padded.
        """
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        if attention_mask is None:
            mean, peak = states.mean(1), states.max(1).values
        else:
            weight = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(1) / weight.sum(1)
            peak = (states + (weight - 1) * 1e4).max(1).values
        pooled = torch.cat([mean, peak], -1)
        heads = [self.heads[f"{name}_head"] for name in OUTPUTS[:-1]]
        if self.training and self.dropouts > 1:
            drawn = [self.drop(pooled) for _ in range(self.dropouts)]
            outputs = tuple(torch.stack([head(d) for d in drawn]).mean(0) for head in heads)
        else:
            pooled = self.drop(pooled)
            outputs = tuple(head(pooled) for head in heads)
        return (*outputs, self.token(self.drop(states)))
