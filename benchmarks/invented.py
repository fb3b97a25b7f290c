"""Owns the invented year: a roster of any size with twelve months of plan and reports, the same each time."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from functools import cache

YEAR = 2023
OWN_FRONT = "创新现代化"
FRONTS = ("产业强市", "城乡建设", "交通枢纽", "生态文旅", "民生幸福", "乡村振兴", "改革开放")
PROGRAMMES = ("创新主体", "创新平台", "创新载体", "创新人才", "创新生态", "创新产业")
DISTRICTS = ("金坛区", "武进区", "新北区", "天宁区", "钟楼区", "溧阳市", "常州经开区")
DEPARTMENTS = tuple(
    f"市{name}局"
    for name in (
        *("科技", "工信", "教育", "财政", "人社", "住建", "交通", "水利", "商务", "文旅", "卫健", "应急"),
        *("市场监管", "农业农村", "生态环境", "资规", "城管", "数据", "金融"),
    )
)
_MAKERS = ("星源", "天合", "中创", "恒立", "今创", "宏发", "强力", "千红", "贝特瑞", "理想", "蜂巢", "常柴")
_MADE = (
    "动力电池",
    "光伏组件",
    "工业机器人",
    "新型碳材料",
    "医疗器械",
    "智能传感器",
    "轨道车辆",
    "新能源整车",
)
_BUILT = ("研发中心", "产业园", "中试基地", "生产基地", "创新中心", "公共服务平台")
_PARTS = "一二三"
_STAGES = (
    "前期手续办理",
    "桩基施工",
    "基础施工",
    "主体结构施工",
    "二次结构施工",
    "设备安装",
    "调试",
    "竣工验收",
)
_TROUBLES = ("用地预审尚未批复", "主要设备到货推迟", "地块内管线迁改未完成", "结算审核周期较长")
_HELP = ("请资规部门加快用地审批", "请属地协调管线权属单位", "", "请财政部门协调加快审核")


@dataclass(frozen=True, slots=True)
class Line:
    """One subproject; amounts in whole yuan, `months` None where only the year is planned."""

    code: str
    name: str
    key_project: str
    programme: str
    new: bool
    district: str
    lead: str
    responsible: tuple[str, ...]
    total: int
    before: int
    annual: int
    months: tuple[int, ...] | None
    planned_start: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What one line's report for a month says; amounts in whole yuan."""

    amount: int
    year_to_date: int
    start: int | None
    progress: str
    trouble: str
    help: str
    next: str


@dataclass(frozen=True, slots=True)
class Year:
    """A roster, and per month (January first) what is reported, None where nothing is."""

    lines: tuple[Line, ...]
    months: tuple[tuple[Said | None, ...], ...]


@cache
def year_of(size: int) -> Year:
    """Return the invented year with `size` subprojects."""
    rng = random.Random(size)
    lines = tuple(_lines(rng, size))
    told = [_reports(rng, line) for line in lines]
    return Year(lines, tuple(zip(*told, strict=True)))


def _lines(rng: random.Random, size: int) -> list[Line]:
    """Return the lines, one to three of them in a key project."""
    found: list[Line] = []
    for number in itertools.count(1):
        if len(found) == size:
            break
        key_project = f"{rng.choice(_MAKERS)}{rng.choice(_MADE)}{rng.choice(_BUILT)}（{number}号）"
        programme = PROGRAMMES[len(found) * len(PROGRAMMES) // size]
        lead = rng.choice(DISTRICTS if rng.random() < 0.3 else DEPARTMENTS)
        for part in _PARTS[: min(rng.choice((1, 1, 1, 2, 2, 3)), size - len(found))]:
            code = f"CX-{number:04d}-{len(found) + 1}"
            found.append(_line(rng, code, f"{key_project}{part}期", key_project, programme, lead))
    return found


def _line(rng: random.Random, code: str, name: str, key_project: str, programme: str, lead: str) -> Line:
    new = rng.random() < 0.25
    planned_start = rng.randint(1, 12) if new else None
    annual = rng.randint(20, 5_000) * 100_000
    if rng.random() < 0.1:
        annual += rng.randint(1, 99) * 100
    weights = [
        0.0 if planned_start and month < planned_start else rng.uniform(0.5, 1.5) for month in range(1, 13)
    ]
    months = [int(annual * weight / sum(weights)) // 10_000 * 10_000 for weight in weights]
    months[-1] += annual - sum(months)
    return Line(
        code=code,
        name=name,
        key_project=key_project,
        programme=programme,
        new=new,
        district=rng.choice(DISTRICTS),
        lead=lead,
        responsible=tuple(rng.sample(DEPARTMENTS, rng.choice((1, 1, 2)))),
        total=annual * rng.randint(2, 6),
        before=0 if new else annual,
        annual=annual,
        months=tuple(months) if rng.random() < 0.95 else None,
        planned_start=planned_start,
    )


def _reports(rng: random.Random, line: Line) -> list[Said | None]:
    """Return a line's twelve reports: about one in forty is missing, one in twenty-five tells of a problem."""
    found: list[Said | None] = []
    pace = rng.uniform(0.75, 1.12)
    start = None if line.planned_start is None else line.planned_start + rng.choice((0, 0, 0, 1, 2))
    total = 0
    for month in range(1, 13):
        started = not line.new or (start is not None and start <= month)
        planned = line.months[month - 1] if line.months else line.annual // 12
        amount = int(planned * pace * rng.uniform(0.7, 1.2)) // 1_000 * 1_000 if started else 0
        total += amount
        trouble = rng.randrange(len(_TROUBLES)) if rng.random() < 0.04 else None
        if rng.random() < 0.025:
            found.append(None)
            continue
        found.append(
            Said(
                amount=amount,
                year_to_date=total,
                start=start if line.new and started else None,
                progress=f"{_STAGES[(month - 1) * len(_STAGES) // 12]}，完成{rng.randint(1, 99)}%",
                trouble="" if trouble is None else _TROUBLES[trouble],
                help="" if trouble is None else _HELP[trouble],
                next=f"计划完成{rng.randint(1, 900)}万元",
            )
        )
    return found
