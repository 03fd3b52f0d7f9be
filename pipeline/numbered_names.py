"""Names of places and firms that begin like a count: 三门峡, 五台山, 九眼桥, 三只松鼠."""

from __future__ import annotations

from typing import Final

# Each is told by its first three characters; what is as often a count (五棵树, 三座店) is none.
_NAMES: Final = (
    "三门峡 三门县 三门坡 三台县 三台子 二台子 五台山 五台县 九台区 九台市 九台农 七台河 "
    "三元区 三元里 三元桥 三元牛 三元食 五家渠 三家村 "
    "五棵松 九眼桥 五眼桥 四方区 四方坪 四方台 三道岭 二道区 二道江 二道白 "
    "三口镇 五口镇 三里屯 两面针 三只松 七天连 七匹狼 五人墓 三株口 五株科 "
    "五户滩 四户镇 八户村 三户村 万户镇 四顶山 三顶山 三角镇 五角场 三尺巷 六尺巷 三节镇 三层岭 千户营 "
)
NAMES: Final = frozenset(_NAMES.split())
