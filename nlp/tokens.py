"""From a folded text to windows of token ids, each token knowing its characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from nlp.result import Channel

# The channel is a word of the input: the same sentence is a report in a note and talk in a call.
CHANNEL_WORD: dict[Channel, str] = {"call": "电话", "note": "报警", "sms": "短信"}


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids with the special ones around them.

    Attributes:
        ids: token ids, n.
        offsets: half-open ranges of folded characters, n; (0, 0) for special tokens.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


class Encoder:
    """Cuts texts into overlapping windows, so that nothing of a long text is cut off.

    Args:
        tokenizer: the model's own.
        window: tokens in one window, special ones included.
        overlap: tokens that neighbouring windows share.
    """

    def __init__(self, tokenizer: Tokenizer, window: int, overlap: int) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._begin, self._end, self.pad = _special_ids(tokenizer)
        self._prefix = {
            c: tuple(tokenizer.encode(word, add_special_tokens=False).ids) for c, word in CHANNEL_WORD.items()
        }
        self._room = window - 2 - max(map(len, self._prefix.values()))
        self._step = self._room - overlap
        if self._step < 1:
            raise ValueError(f"overlap {overlap} leaves no room in a window of {window}")

    @classmethod
    def load(cls, path: Path, window: int, overlap: int) -> Encoder:
        """Read ``tokenizer.json``."""
        return cls(Tokenizer.from_file(str(path)), window, overlap)

    def __call__(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[list[Window]]:
        """Windows of each folded text; at least one each, also for an empty text."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            [
                self._window(e.ids[at : at + self._room], e.offsets[at : at + self._room], channel)
                for at in self._starts(len(e.ids))
            ]
            for e, channel in zip(encodings, channels, strict=True)
        ]

    def _starts(self, length: int) -> range:
        return range(0, max(1, length - (self._room - self._step)), self._step)

    def _window(self, ids: list[int], offsets: list[tuple[int, int]], channel: Channel) -> Window:
        prefix = self._prefix[channel]
        head = (0, 0)
        return Window(
            (self._begin, *prefix, *ids, self._end),
            ((head,) * (1 + len(prefix)) + tuple(offsets) + (head,)),
        )


def _special_ids(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """Begin, end and padding, named as in RoBERTa or as in BERT."""
    for names in (("<s>", "</s>", "<pad>"), ("[CLS]", "[SEP]", "[PAD]")):
        begin, end, pad = (tokenizer.token_to_id(name) for name in names)
        if begin is not None and end is not None and pad is not None:
            return begin, end, pad
    raise ValueError("tokenizer.json has neither <s> </s> <pad> nor [CLS] [SEP] [PAD]")
