"""Requests and responses as the OpenAPI document shows them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from nlp import Channel, Item, Verdict

ChannelChoice = Literal["auto", "call", "note", "sms"]
_CHANNEL = "渠道：call 通话、note 警情记录、sms 短信；auto 由模型识别"
_SAMPLE = "您好，我是市公安局的陈警官，您名下的银行卡涉嫌洗钱，请把存款转到安全账户配合调查，不要告诉家人。"
_SAMPLE_RESULT: dict[str, Any] = {
    "id": "case-1",
    "channel": "call",
    "verdict": "scam",
    "score": 0.9871,
    "spam_score": 0.0021,
    "types": [{"id": "police", "name": "冒充公检法及政府机关", "score": 0.9412}],
    "signs": [{"id": "authority", "name": "冒用权威", "score": 0.9633}],
    "evidence": [{"start": 27, "end": 36, "text": "把存款转到安全账户", "sign": "transfer"}],
    "elements": {
        "claimed_identity": [{"start": 5, "end": 13, "text": "市公安局的陈警官", "value": "市公安局的陈警官"}],
        "money_moved": "unknown",
    },
    "advice": {"action": "立即劝阻；已转账的先止付，再报警立案。"},
    "stage": "demand",
    "model": "compact-1.0",
    "truncated": False,
    "elapsed_ms": 4.218,
}


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _mend(text: str) -> str:
    """Half an emoji, left by a message cut at its length limit, must not cost the message its answer."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _encodable(identifier: str) -> str:
    if _LONE_SURROGATE.search(identifier):
        raise ValueError("含有无法编码的字符（孤立的代理项）")
    return identifier


class _Body(BaseModel):
    # A misspelt field is an error, not a default in silence.
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextIn(_Body):
    """一条待识别的文本。"""

    model_config = ConfigDict(
        title="待识别文本", json_schema_extra={"examples": [{"text": _SAMPLE, "channel": "call", "id": "case-1"}]}
    )

    text: Annotated[str, AfterValidator(_mend)] = Field(
        description="通话转写、警情记录或短信的文字；空文本判为正常", examples=[_SAMPLE]
    )
    channel: ChannelChoice | None = Field(
        default=None, description=f"{_CHANNEL}。缺省：单条为 auto，批量用整批的渠道", examples=["call"]
    )
    id: Annotated[str, AfterValidator(_encodable)] | None = Field(
        default=None,
        max_length=200,
        description="调用方的编号，原样返回；缺省为在请求中的序号（从 0 起）",
        examples=["case-1"],
    )

    def item(self, position: int, default: ChannelChoice) -> Item:
        """What the library takes."""
        channel = self.channel or default
        return Item(self.text, None if channel == "auto" else channel, str(position) if self.id is None else self.id)


class BatchIn(_Body):
    """多条待识别的文本。"""

    model_config = ConfigDict(
        title="批量请求",
        json_schema_extra={
            "examples": [
                {
                    "channel": "sms",
                    "items": [
                        {"id": "sms-1", "text": "【顺丰速运】您的快件已放至3号柜，取件码1234，请及时领取。"},
                        {"id": "sms-2", "text": "您的ETC已失效，请点击 etc-cn.example.com 重新认证，逾期停用。"},
                    ],
                }
            ]
        },
    )

    items: list[TextIn] = Field(description="待识别的文本，结果次序与此相同")
    channel: ChannelChoice = Field(default="auto", description=f"未写渠道的条目所用的{_CHANNEL}")


class _Answer(BaseModel):
    # Closed, so that the contract test notices a field the document does not know.
    model_config = ConfigDict(extra="forbid")


class ScoredOut(_Answer):
    """分类表中的一项及其概率。"""

    id: str = Field(description="编号", examples=["police"])
    name: str = Field(description="中文名", examples=["冒充公检法及政府机关"])
    score: float = Field(ge=0, le=1, description="概率")


class EvidenceOut(_Answer):
    """原文中的一处依据。"""

    start: int = Field(ge=0, description="起始字符位置（含），按 Unicode 码点计")
    end: int = Field(ge=0, description="结束字符位置（不含）")
    text: str = Field(description="原文片段", examples=["把存款转到安全账户"])
    sign: str = Field(description="对应的预警信号编号", examples=["transfer"])


class ResultOut(_Answer):
    """一条文本的识别结果。"""

    model_config = ConfigDict(title="识别结果", json_schema_extra={"examples": [_SAMPLE_RESULT]})

    id: str = Field(description="调用方的编号，或在请求中的序号")
    channel: Channel = Field(description="渠道：指定的，或识别出的")
    verdict: Verdict = Field(description="结论：scam 诈骗、suspicious 可疑、normal 正常")
    score: float = Field(ge=0, le=1, description="校准后的诈骗概率")
    spam_score: float = Field(ge=0, le=1, description="合法广告营销的概率")
    types: list[ScoredOut] = Field(description="可能的诈骗类型，最可能的在前")
    signs: list[ScoredOut] = Field(description="预警信号，最强的在前")
    evidence: list[EvidenceOut] = Field(description="原文依据，按出现次序")
    elements: dict[str, JsonValue] = Field(
        description="案情要素：amount 金额、account 账号、phone 电话、link 链接、contact 联系方式、"
        "claimed_identity 自称身份、app 应用，各为 {start, end, text, value} 的列表；"
        "money_moved 是否已转账（yes、no、unknown）"
    )
    advice: dict[str, JsonValue] = Field(description="处置建议：action 总有，诈骗与可疑另有问询、劝阻与步骤")
    stage: str | None = Field(description="话术阶段：early 开场、middle 铺垫、demand 索要、after 已转账；正常为 null")
    model: str = Field(description="模型名称与版本")
    truncated: bool = Field(description="文本是否因过长而未读完；本服务拒绝过长文本，故总为 false")
    elapsed_ms: float = Field(ge=0, description="推理耗时（毫秒），由同批文本分摊")


class BatchOut(_Answer):
    """一批识别结果。"""

    model_config = ConfigDict(title="批量结果", json_schema_extra={"examples": [{"results": [_SAMPLE_RESULT]}]})

    results: list[ResultOut] = Field(description="识别结果，次序与请求相同")


class Term(_Answer):
    """分类表中的一个词条。"""

    id: str = Field(description="编号，固定不变", examples=["police"])
    name: str = Field(description="中文名", examples=["冒充公检法及政府机关"])
    name_en: str = Field(description="英文名", examples=["Impersonated police or government"])
    definition: str = Field(description="定义；没有则为空")

    @classmethod
    def of(cls, entry: dict[str, Any]) -> Self:
        """From an entry of ``taxonomy.toml``."""
        return cls(id=entry["id"], name=entry["zh"], name_en=entry["en"], definition=entry.get("definition", ""))


class TypeTerm(Term):
    """一个诈骗类型。"""

    category: str | None = Field(description="所属的十大高发类别；不属于任何一类则为 null")

    @classmethod
    def of(cls, entry: dict[str, Any]) -> Self:
        """From an entry of ``taxonomy.toml``."""
        return cls(**Term.of(entry).model_dump(), category=entry.get("category"))


class TaxonomyOut(_Answer):
    """模型所用的分类表。"""

    model_config = ConfigDict(title="分类表")

    version: str = Field(description="分类表版本")
    model: str = Field(description="模型名称与版本")
    verdicts: list[Term] = Field(description="结论")
    types: list[TypeTerm] = Field(description="诈骗类型")
    categories: list[Term] = Field(description="公安部公布的十大高发类别")
    signs: list[Term] = Field(description="预警信号")
    stages: list[Term] = Field(description="话术阶段")

    @classmethod
    def of(cls, taxonomy: dict[str, Any], model: str) -> Self:
        """From ``taxonomy.toml`` as read."""
        return cls(
            version=taxonomy["version"],
            model=model,
            verdicts=[Term.of(e) for e in taxonomy["verdicts"]],
            types=[TypeTerm.of(e) for e in taxonomy["types"]],
            categories=[Term.of(e) for e in taxonomy["categories"]],
            signs=[Term.of(e) for e in taxonomy["signs"]],
            stages=[Term.of(e) for e in taxonomy["stages"]],
        )


class Status(_Answer):
    """服务状态。"""

    status: Literal["ok"] = "ok"


class FieldProblem(_Answer):
    """请求中的一处错误。"""

    pointer: str = Field(description="位置，JSON 指针（RFC 6901）", examples=["#/items/0/text"])
    code: str = Field(description="错误代码", examples=["missing"])
    detail: str = Field(description="说明", examples=["缺少必填字段"])


class ProblemOut(_Answer):
    """错误说明（RFC 9457）。"""

    model_config = ConfigDict(title="错误说明")

    type: str = Field(description="错误种类的 URI", examples=["urn:tingzha:problem:overloaded"])
    title: str = Field(description="错误种类", examples=["服务繁忙"])
    status: int = Field(description="HTTP 状态码", examples=[503])
    detail: str = Field(description="本次错误的说明与处理办法", examples=["排队已满，请稍后重试"])
    instance: str | None = Field(default=None, description="内部错误的编号，供管理员在日志中查找")
    errors: list[FieldProblem] | None = Field(default=None, description="逐处错误，仅见于 422")
