"""Words the extractors look for, as data: a new app, service number or title needs no change of code."""

from __future__ import annotations


def _words(line: str) -> list[str]:
    return line.split()


# Short service numbers besides 95xxx and 96xxx, which are known by their form.
SHORT_NUMBERS = frozenset(
    _words(
        "110 112 114 119 120 122 11183 11185 12110 12121 12122 12123 12300 12301 12302 12303 12305 12306 12309 "
        "12313 12315 12317 12318 12319 12320 12321 12323 12325 12326 12328 12329 12330 12331 12333 12335 12337 "
        "12338 12339 12345 12348 12350 12351 12355 12356 12358 12360 12361 12363 12365 12366 12367 12368 12369 "
        "12370 12371 12377 12378 12380 12381 12382 12385 12386 12388 12389 12390 12393 12395 12396 12398 10000 "
        "10001 10010 10011 10015 10016 10018 10050 10080 10085 10086 10099"
    )
)
TLDS = frozenset(
    _words(
        "com net org gov edu mil int info biz name pro mobi asia cat coop jobs tel travel xxx xyz top vip icu "
        "club shop site online store wang ltd group link live work cyou cfd sbs skin bond fun ink xin space "
        "website tech app dev page cloud host press red blue pink kim art beer fit run win bid loan men party "
        "date download stream trade webcam review faith science racing accountant cricket click help games game "
        "today world life email news media video chat team plus company center network systems digital agency "
        "zone city cash money finance fund credit bank card pay buzz rest monster quest best mom hair beauty "
        "makeup lol autos homes motorcycles yachts boats love gay one luxe social bet poker casino lat pics photo "
        "onl"
    )
)
COUNTRY_TLDS = frozenset(
    _words(
        "ac ad ae af ag ai al am ao ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc "
        "cd cf cg ch ci cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg es et eu fi fj fk fm fo fr ga "
        "gd ge gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo "
        "jp ke kg kh ki kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq "
        "mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw "
        "py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr st su sv sx sy sz tc td tf tg th tj tk tl "
        "tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
    )
)
# Endings that are more often a file's than a country's.
FILE_TLDS = frozenset(_words("py sh md rs pl so ps ai mm mo st"))
APPS = tuple(
    _words(
        "腾讯会议 钉钉 飞书 全时会议 云视讯 Zoom zoom ZOOM TeamViewer teamviewer 向日葵 ToDesk Todesk todesk "
        "AnyDesk anydesk RustDesk 抖音 快手 企业微信 支付宝 云闪付 闲鱼 咸鱼 淘宝 京东金融 京东金条 京东白条 京东 "
        "拼多多 陌陌 探探 小红书 国家反诈中心 纸飞机 Telegram WhatsApp Whatsapp whatsapp Skype Signal 美团借钱 "
        "美团 转转 快团团 数字人民币 银联会议 交易猫 掌上生活 个人所得税 度小满 借呗 花呗 微粒贷 安逸花 携程 飞猪 "
        "货拉拉 滴滴 大麦 得物 千牛 浙里办 粤省事 赣服通 皖税通 随申办 学习强国 i茅台 网易藏宝阁 交管12123 "
        "掌上12333 伊对 螃蟹账号 买单吧 招联 分期乐 360借条 放心借 安心借 马上消费 有钱花 好期贷 任性付 易享花 "
        "缤纷生活 发现精彩 平安好车主 平安付 代练通 梦幻西游 移动APP 掌银 QQ音乐 微博 知乎 饿了么 唯品会 苏宁易购 "
        "蛋仔派对 原神 逆水寒 王者荣耀 和平精英 第五人格 光遇 7881 5173 5E 网易BUFF Booking Airbnb 私密空间 云服 "
        "密聊 企密聊 蝙蝠聊天 事密达 思语 Lark 网易会议 小鱼易连 好视通 畅联 Quark 夸克 百度网盘 转卖宝"
    )
)
# A noun that makes what stands before it an organisation.
ORGANISATIONS = tuple(
    _words(
        "局 法院 检察院 检察 医院 学院 卫生院 中院 高院 最高检 派出所 事务所 监督所 疾控 中心 银行 客服 公司 支队 "
        "总队 大队 中队 专案组 专班 委员会 居委会 村委 街道 平台 警方 公安 交警 物业 快递 速运 物流 售后 理赔 "
        "风控 法务 移动 联通 电信 广电 宽带 税务 社保 医保 民政 残联 纪委 工会 财政部 教务 教体 招办 学校 大学 "
        "小学 中学 幼儿园 保险 人寿 证券 基金 信托 期货 金融 普惠 信用卡 信用社 农信 农商行 支行 分行 工行 农行 "
        "建行 中行 交行 招行 邮储 银联 征信 支付宝 微信支付 京东 淘宝 拼多多 抖音 快手 美团 滴滴 顺丰 圆通 中通 "
        "韵达 申通 极兔 菜鸟 邮政 闪送 唯品会 苏宁 天猫 航空 东航 南航 国航 海航 川航 铁路 12306 携程 飞猪 去哪儿 "
        "酒店 供电 国网 电网 燃气 热力 水务 自来水 海关 边检 出入境 大使馆 领事馆 使馆 部队 武警 后勤 科 处 部 站 "
        "所 院 队 组 办公室 治超办 执法办 办事处 庭 厅 署 退税办 扶贫办 拆迁办 专岗 普查 航司 老年大学 商行 协会 "
        "商会 厂 店 社区 社团 网点 驿站 专柜 总部 总台 前台 银保监 证监会 银监会 银保监会 消保委 卫健委 公积金 "
        "人社 就业 发改 街道办 驾校 机构 基金会 公证处 仲裁 经侦 刑侦 网安 网监 反诈 缉私 检方 劳动监察 通信管理 "
        "通管 车管所 运管 花呗 借呗 金条 白条 微粒贷 小贷 贷款 链家 贝壳 中介 装修 健身 教育 培训 保健 康养 养老 "
        "旅行社 旅游 婚介 红娘 优选 商城 卖场 超市 云闪付 ETC 征缴 会所"
    )
)
# A noun that is a title or names a trade, a relation or a role.
PERSONS = tuple(
    _words(
        "老师 主任 警官 民警 警察 女警 经理 专员 工作人员 领导 老板 总监 助理 顾问 医生 护士 教授 校长 班主任 "
        "导员 辅导员 律师 法官 检察官 书记 书记员 工程师 队长 所长 局长 科长 处长 院长 镇长 厂长 部长 站长 行长 "
        "区长 县长 秘书 会计 出纳 财务 房东 卖家 商家 店主 店长 主播 群主 管理员 版主 管家 保安 司机 师傅 骑手 "
        "小哥 保姆 护工 坐席 接线员 审核员 核验员 理赔员 推销员 业务员 客户 买家 同事 同学 战友 朋友 老乡 邻居 "
        "亲戚 家长 妈妈 爸爸 儿子 女儿 孙子 外孙 侄子 外甥 表哥 表弟 表姐 表妹 堂哥 舅舅 叔叔 姑妈 大姐 二姐 大哥 "
        "弟弟 妹妹 工友 室友 网格员 教练 HR 人事 人力 猎头 军人 军官 退役 船长 飞行员 兽医 博士 导师 大师 学姐 "
        "学长 经纪人 代理 店员 柜员 干事 支书 村长 会长 团长 老总 李总 小[\u4e00-\u9fff]$ 老[\u4e00-\u9fff]$"
    )
)
KIN = tuple(
    _words(
        "妈 爸 哥 姐 弟 妹 爷爷 奶奶 姥姥 外婆 舅 叔 姑 姨 孙 儿子 女儿 小[\u4e00-\u9fff] 老[\u4e00-\u9fff] "
        "阿[\u4e00-\u9fff] [\u4e00-\u9fff]总 [\u4e00-\u9fff]工 [\u4e00-\u9fff]局 [\u4e00-\u9fff]处 "
        "[\u4e00-\u9fff]姐 [\u4e00-\u9fff]哥"
    )
)
# A claim ends before what the claimant does.
VERBS = tuple(
    _words(
        "给[您你我他她] 找[您你] 跟[您你] 有[个一] 看到 发信 发短 发停 发二 发文 寄 打过 做笔 做流 办理 可领 送货 "
        "骗 收[“款钱费] 来收 接[到我] 上门 正在 之前 如果 会走 念 带队 带[你您我] 垫付 订的 在[线查办我] 处理不 "
        "的情况 报行 先[去换]"
    )
)
