"""Dropout and attention as they are fast on a CPU.

torch draws one Bernoulli number per value on one thread, a third of a training step; random bytes, eight from one
draw, cost next to nothing. Attention weights keep all their values, for the same reason.
"""

from __future__ import annotations

import torch
from torch import nn
from transformers import PreTrainedModel


class ByteDropout(nn.Module):
    """Dropout (Srivastava et al. 2014) at a rate of whole 256ths; the identity in evaluation.

    Args:
        p: share of values set to zero, 0 ≤ p < 1.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.cut = round(p * 256)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """``values`` of any shape, some set to zero and the rest scaled up so that the mean stays."""
        if not self.training or not self.cut:
            return values
        draws = torch.empty((values.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), 2**63 - 1)
        kept = draws.view(torch.uint8)[: values.numel()].view_as(values) >= self.cut
        return values * kept * (256 / (256 - self.cut))


def ready_to_train(encoder: PreTrainedModel, p: float) -> None:
    """Give a BERT-like encoder hidden dropout ``p``, none on attention weights, and plain matrix products."""
    encoder.set_attn_implementation("eager")  # the fused CPU kernel is a quarter slower backwards
    for module in list(encoder.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout):
                if hasattr(module, "query"):
                    child.p = 0.0
                else:
                    setattr(module, name, ByteDropout(p))
