"""What a claim and a charge say of one side of a matter and cannot both be true: 建成投用 and 仍是基坑.

Words of lacking alone (未, 没) deny any claim; these deny only their own opposite, and so may do it from farther off.
"""

from __future__ import annotations

import re
from functools import lru_cache

_COUNTED = r"(?:\d+|[一二两三四五六七八九十百]+)(?:家|户|个|处|座|所|条|人|件|台|具|名|辆|盏|口)"

# Each row: what is claimed, and what is found instead.
_OPPOSITES = (
    (  # built
        "建成|竣工|完工|投用|投入使用|硬化|通车|开馆|开放|交付|开通|架通|铺设|新[建修]",
        (
            "基坑|大坑|土路|毛坯|围挡|脚手架|影子|没影|没铺|未浇|半[幅截]|半拉子|烂尾|停工|[未没](?:动工|开工|完工|建成|封顶|进场|通车)"
            "|空地|只[修建铺通]了|仅[修建铺通]|倒签"
        ),
    ),
    (  # in use
        "正常运[转行营]|运营率|开放运营|运行正常|投入运行|投入使用|投用|常态化|每[天日周]|运转|播报|开通",
        (
            "没[转开用响亮通]|[未没](?:启用|使用|运行|运营|接电|通电)|从未|锈|上锁|锁着|紧锁|锁门|铁将军|闲置|杂草|积灰|灰尘"
            "|停[运用摆机]|摆设|断电|没出过声|堆[着放满]"
        ),
    ),
    (  # valid
        "有效期|证照|持证|检验合格|完好|依法依规|合规|许可",
        "过期|到期|逾期|失效|截止|红区|停在|换证|未取得|无证|没证|未年检|脱检|拿不出",
    ),
    (  # there
        "在场|在岗|守在|坚守|到[村户场岗院点厅一县]|走访|走遍|走到|接访|接待|带队|指挥|带班|值班|进村|蹲点|督导|巡[查河林]",
        "不在|没[看见]*[见到来](?![位账])|未到|脱岗|空岗|缺席|未露面|代替|代签|去顶|顶[替班]|[不没]接|关机|离岗|到场|来过",
    ),
    (  # content
        "满意|零投诉|差评|井然|件件有|好评|有回音",
        "来电人反映|投诉|排[队了]|等[了候]|爱理不理|没有?(?:任何)?(?:答复|回音|下文)|没人管|态度|生硬|不满|差评",
    ),
    (  # paid
        "兑现|发放|足额|全额|结清|清零|应[补发享]尽|拖欠|有着落|付清",
        "[没未]有?(?:到账|收到|发|拿到|兑现|立案|付)|拖欠|欠薪|滞留|积压|压着|克扣|少[发补]|走程序|再等等|搁置",
    ),
    (  # in time
        r"按期|如期|按时|提前|及时|\d+月[底初中前]*[^，。]{0,4}[完建竣]",
        "拖[到了着]|才[完收开建竣通对]|推迟|延期|滞后|逾期|半幅",
    ),
    (  # open to all at all hours
        "不打烊|24小时|随到随办|不断岗|双人值班|全天候|马上办|一次办",
        "无人|没人|关[了着]|灯|暂停服务|下班|无医生|没见|跑了|等[了候]|排[了队]|空着",
    ),
    (  # struck off
        "应退尽退|动态(?:核查|管理)|清零|清退|核销|精准",
        "死亡|去世|仍[^，。]{0,6}领|照领|在领|仍有|冒领|在册|重复领",
    ),
    (  # nothing happened
        "零(?:事故|火情|上访|感染|伤亡|发生)|未发生|没有发生|无脱岗|未出现",
        r"发生|烧|起火|失火|\d+起|[一二两三四五六七八九十\d]+[次回]|死亡|受伤|停[水电运气]|泄漏|中毒",
    ),
    (  # all, and some that are not
        "全部|全覆盖|100%|百分之百|均|都|所有|件件|人人|户户|条条|无一|没有一|应.尽.|齐全|到位|全面|各",
        rf"{_COUNTED}[^，。]{{0,10}}(?:未|没|无|不[^仅但]|仍|拿不出|紧锁|过期|逾期)",
    ),
    (  # done away with
        "拆除|取缔|关停|清运|整治|消除",
        "仍在|还在|照样|照旧|依旧|死灰复燃|反弹|复燃",
    ),
)
_ROWS = tuple((re.compile(claim), re.compile(charge)) for claim, charge in _OPPOSITES)


def are_opposite(claim: str, charge: str) -> bool:
    """Tell whether *charge* finds the opposite of what *claim* says.

    >>> are_opposite("停车场已建成。", "停车场仍是一个基坑。"), are_opposite("停车场已建成。", "停车场收费太贵。")
    (True, False)
    """
    return not _claimed_in(claim).isdisjoint(_found_in(charge))


@lru_cache(4096)
def _claimed_in(text: str) -> frozenset[int]:
    return frozenset(number for number, (claimed, _) in enumerate(_ROWS) if claimed.search(text))


@lru_cache(4096)
def _found_in(text: str) -> frozenset[int]:
    return frozenset(number for number, (_, found) in enumerate(_ROWS) if found.search(text))
