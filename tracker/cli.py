"""Owns the command line: every command is a few lines over a service.

Commands import their parts when they run, so that one that only looks does not load the others' libraries.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import Problem, Refused, TrackerError
from tracker.core.figures import MonthFigures
from tracker.core.figures_json import figures_to_json
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.progress import percent_text
from tracker.core.sentences import coverage_sentence, month_sentence
from tracker.core.words import cohort_name
from tracker.instance import initialise, open_instance
from tracker.services import periods
from tracker.services.actors import COMMAND_LINE
from tracker.services.audit_anchors import drop_anchor
from tracker.services.briefings import write_briefing_to
from tracker.services.figures import figures_of, require_roster, told_fronts
from tracker.services.imported import Imported
from tracker.settings import Settings
from tracker.store.accounts import Role
from tracker.store.engine import reading, writing


class Commands(click.Group):
    """A group whose refusals are sentences on stderr and exit status 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            for problem in refusal.problems:
                click.echo(problem.sentence(), err=True)
            sys.exit(1)
        except TrackerError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


class Month(click.ParamType[Period]):
    """A month such as 2023-03."""

    name = "MONTH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        if isinstance(value, Period):
            return value
        try:
            return Period.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


MONTH = Month()
YEAR = click.IntRange(1990, 2200)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(formats=["%Y-%m-%d"])


class DryRun(Exception):
    """Carries a dry run out of its transaction, so that nothing of it is kept."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracker")
def main() -> None:
    """重点项目督查系统：导入、计算、亮灯、关闭、通报。"""


@main.command("demo")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="实例目录，缺省为临时目录。")
@click.option("--host", default="127.0.0.1", show_default=True, help="网页服务的监听地址。")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="网页服务的端口。"
)
@click.option("--serve/--no-serve", default=True, help="是否启动网页服务。")
def demo_command(home: Path | None, host: str, port: int, serve: bool) -> None:
    """用 2023 年一季度参考数据建立演示实例并启动网页服务。"""
    from tracker import demo

    with tempfile.TemporaryDirectory(prefix="tracker-demo-") as temporary:
        settings = Settings.at((home or Path(temporary)).resolve(), insecure_cookies=True)
        if settings.database_file is not None and settings.database_file.exists():
            raise TrackerError(f"{settings.home} 中已有实例，请换一个空目录。")
        engine = initialise(settings)
        made = demo.load_reference_quarter(settings, engine)
        engine.dispose()
        click.echo(demo.NOTICE)
        click.echo(f"实例目录  {settings.home}")
        for account in made:
            click.echo(f"账号  {account.username:<10}密码  {account.password}   （{account.what}）")
        if serve:
            from tracker import server

            kept = "" if home else "；停止后演示数据随之删除，要保留请加 --home 目录"
            click.echo(f"地址  http://{host}:{port}  （按 Ctrl+C 停止{kept}）")
            server.serve(settings, host, port)


@main.command()
def init() -> None:
    """建立实例，或把已有实例升级到当前版本。"""
    settings = Settings.from_env()
    initialise(settings).dispose()
    click.echo(f"实例已就绪：{settings.home}")


@main.group("import")
def import_group() -> None:
    """导入工作簿：roster 项目清单，reports 月报，fronts 各领域合计。"""


def import_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every import has."""
    command = click.option("--dry-run", is_flag=True, help="只检查并列出变动，不写入。")(command)
    return click.option(
        "--marked",
        type=click.Path(dir_okay=False, path_type=Path),
        help="文件被退回时，把标注了问题单元格的副本写到这里（.xlsx）。",
    )(command)


@import_group.command("roster")
@click.argument("file", type=FILE)
@click.option("--year", type=YEAR, required=True, help="项目清单的年份，如 2023。")
@click.option("--approved", type=DAY, help="计划批准日期，如 2023-06-30。")
@click.option("--document", default="", help="批准文号。")
@click.option("--effective", type=MONTH, help="调整后的计划从哪个月起执行，缺省为批准当月。")
@click.option("--reason", default="", help="调整原因。")
@import_options
def import_roster_command(
    file: Path,
    year: int,
    approved: datetime | None,
    document: str,
    effective: Period | None,
    reason: str,
    dry_run: bool,
    marked: Path | None,
) -> None:
    """导入一年的项目清单：重点项目、子项目、单位和计划。"""
    from tracker.intake.reading import open_path
    from tracker.intake.roster import read_roster
    from tracker.services.import_roster import PlanApproval, import_roster

    day: date | None = approved.date() if approved else None
    approval = PlanApproval(day, document, effective, reason)
    now = clock.now()

    def take(session: Session) -> Imported:
        draft = read_roster(open_path(file), year)
        return import_roster(session, COMMAND_LINE, watched(draft), year, now, approval)

    run_import(file, take, dry_run, marked)


@import_group.command("reports")
@click.argument("file", type=FILE)
@click.option("--month", type=MONTH, required=True, help="月份，如 2023-03。")
@click.option("--accept", is_flag=True, help="导入后即视为审核通过。")
@click.option("--correction", default="", metavar="REASON", help="月份已关闭时，写明更正原因。")
@import_options
def import_reports_command(
    file: Path, month: Period, accept: bool, correction: str, dry_run: bool, marked: Path | None
) -> None:
    """导入一个月的月报。"""
    from tracker.intake.reading import open_path
    from tracker.intake.reports import read_reports
    from tracker.services.import_reports import import_reports

    now = clock.now()

    def take(session: Session) -> Imported:
        draft = read_reports(open_path(file), month)
        return import_reports(
            session, COMMAND_LINE, watched(draft), month, now, accept=accept, correction=correction
        )

    run_import(file, take, dry_run, marked)


@import_group.command("fronts")
@click.argument("file", type=FILE)
@click.option("--month", type=MONTH, required=True, help="月份，如 2023-03。")
@import_options
def import_fronts_command(file: Path, month: Period, dry_run: bool, marked: Path | None) -> None:
    """导入其他领域的合计。"""
    from tracker.intake.fronts import read_fronts
    from tracker.intake.reading import open_path
    from tracker.services.import_fronts import import_fronts

    now = clock.now()

    def take(session: Session) -> Imported:
        return import_fronts(session, COMMAND_LINE, read_fronts(open_path(file), month), month, now)

    run_import(file, take, dry_run, marked)


def watched(draft: Any) -> Any:
    """Return the reading with a progress bar on a terminal, none in a pipe."""
    from tqdm import tqdm

    rows: Any = tqdm(draft.rows, disable=None, leave=False, unit="行") if draft.rows else ()
    return replace(draft, rows=rows)


def run_import(file: Path, take: Callable[[Session], Imported], dry_run: bool, marked: Path | None) -> None:
    """Run one import in one transaction and tell what it did; a dry run is rolled back."""
    engine = open_instance(Settings.from_env())
    outcome: Imported | None = None
    try:
        with writing(engine) as session:
            outcome = take(session)
            if dry_run:
                raise DryRun  # noqa: TRY301 - leaving by an exception is what rolls back
    except DryRun:
        pass
    except Refused as refusal:
        if marked is not None:
            _write_marked(file, marked, refusal.problems)
        raise
    finally:
        engine.dispose()
    if outcome is None:
        return
    for warning in outcome.warnings:
        click.echo(f"提示  {warning.sentence()}", err=True)
    for note in outcome.notes:
        click.echo(f"说明  {note}")
    for change in outcome.changes:
        click.echo(f"变动  {change}")
    click.echo(f"{'（试运行，未写入）' if dry_run else ''}{outcome.summary()}")


def _write_marked(file: Path, marked: Path, problems: tuple[Problem, ...]) -> None:
    from tracker.intake.marked import marked_copy

    marked.write_bytes(marked_copy(file.read_bytes(), file.name, problems))
    click.echo(f"标注副本  {marked}", err=True)


@main.group("period")
def period_group() -> None:
    """报告期：打开、关闭、查看。"""


@period_group.command("open")
@click.argument("month", type=MONTH)
def period_open(month: Period) -> None:
    """打开一个月，开始填报。"""
    with written() as session:
        info = periods.open_period(session, COMMAND_LINE, month, clock.now())
        click.echo(_describe(info))
        if info.deadline and periods.deadline_day(session, month).estimated:
            click.echo("提示  国务院尚未公布当年的放假安排，报送期限按周一至周五估算。", err=True)


@period_group.command("close")
@click.argument("month", type=MONTH)
def period_close(month: Period) -> None:
    """关闭一个月：核对、冻结全部数字、生成通报。"""
    from tracker.briefing import write_briefing
    from tracker.services.closing_run import close_and_brief

    settings = Settings.from_env()
    with written(settings) as session:
        closed = close_and_brief(
            session, COMMAND_LINE, month, settings.briefings, clock.now(), write_briefing
        )
        for earlier in closed.earlier_open:
            click.echo(f"提示  {earlier} 尚未关闭，其月报仍可变动。", err=True)
        for issue in closed.issues:
            click.echo(issue.sentence)
            click.echo(f"通报  {settings.briefings / issue.file_name}")


@period_group.command("show")
@click.argument("month", type=MONTH)
def period_show(month: Period) -> None:
    """查看一个月的状态和报送情况。"""
    with looked() as session:
        now = clock.now()
        figures = figures_of(session, month, now)
        click.echo(_describe(periods.info_of(periods.find(session, month))))
        click.echo(coverage_sentence(figures.summary))


def _describe(info: periods.PeriodInfo) -> str:
    words = {"upcoming": "未开始", "open": "填报中", "closed": "已关闭"}
    deadline = f"{info.deadline.astimezone(clock.ZONE):%Y-%m-%d %H:%M}" if info.deadline else "未设"
    closed = f"，{info.closed_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M} 关闭" if info.closed_at else ""
    return f"{info.period}  {words[info.state.value]}，报送期限 {deadline}{closed}"


@main.command()
@click.option("--month", type=MONTH, required=True, help="月份，如 2023-03。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--corrected", is_flag=True, help="已关闭的月份按更正后的数据重算（缺省为当时所报）。")
@click.option("--front", help="领域，缺省为本办公室的领域。")
def figures(month: Period, as_json: bool, corrected: bool, front: str | None) -> None:
    """列出一个月的全部数字。"""
    with looked() as session:
        found = figures_of(session, month, clock.now(), front=front, corrected=corrected)
    if as_json:
        click.echo(json.dumps(figures_to_json(found), ensure_ascii=False, indent=1))
    else:
        _print_figures(found)


def _print_figures(found: MonthFigures) -> None:
    summary = found.summary
    click.echo(month_sentence(summary))
    click.echo(coverage_sentence(summary))
    for cohort in summary.cohorts:
        sums = cohort.sums
        click.echo(
            f"{cohort_name(cohort.cohort)}  {sums.count}个  年度计划{wan_grouped(sums.annual_plan)}万元  "
            f"累计完成{wan_grouped(sums.completed)}万元  进度{_percent(sums.progress)}  "
            f"序时{_percent(sums.schedule)}  全市平均{_percent(cohort.citywide)}"
        )
    for line in found.lines:
        click.echo(
            f"{line.line.code}\t{line.line.name}\t{wan_grouped(line.completed)}\t"
            f"{_percent(line.progress)}\t{line.light.value}"
        )


def _percent(hundredths: int | None) -> str:
    text = percent_text(hundredths)
    return "—" if text is None else f"{text}%"


@main.command()
@click.option("--month", type=MONTH, required=True, help="月份，如 2023-03。")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="输出目录。")
def brief(month: Period, out: Path) -> None:
    """生成一个月的通报工作簿，每个领域一份。"""
    from tracker.briefing import write_briefing

    now = clock.now()
    with looked() as session:
        require_roster(session, month.year)
        for front in told_fronts(session, periods.find(session, month)):
            made = write_briefing_to(session, month, out, now, write_briefing, front=front)
            click.echo(str(made.path))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="网页服务的监听地址。")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="网页服务的端口。"
)
def serve(host: str, port: int) -> None:
    """启动网页服务。"""
    from tracker import server

    settings = Settings.from_env()
    open_instance(settings).dispose()
    server.serve(settings, host, port)


@main.command()
def doctor() -> None:
    """检查实例，指出问题和处理办法。"""
    from tracker.services.doctor import findings

    settings = Settings.from_env()
    with looked() as session:
        found = findings(
            session, settings.briefings, settings.audit_anchors, attachments=settings.attachments
        )
        drop_anchor(session, settings.audit_anchors, clock.now())
    for finding in found:
        click.echo(finding, err=True)
    if found:
        sys.exit(1)
    click.echo("实例正常。")


@main.group()
def user() -> None:
    """账号：新增、列出、停用、启用、重置密码。"""


@user.command("add")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="姓名。")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="角色，决定能看和能做什么。",
)
@click.option("--unit", "units", multiple=True, help="填报人所属单位，可写多个。")
def user_add(username: str, display_name: str, role: str, units: tuple[str, ...]) -> None:
    """新增账号，打印一次性初始密码。"""
    from tracker.services import accounts

    with written() as session:
        made = accounts.add_account(
            session, COMMAND_LINE, clock.now(), username, display_name, Role(role), units
        )
    click.echo(f"账号  {made.account.username}\n密码  {made.password}")


@user.command("list")
def user_list() -> None:
    """列出账号。"""
    from tracker.services import accounts

    with looked() as session:
        for account in accounts.list_accounts(session):
            state = "停用" if account.disabled else "启用"
            units = "、".join(account.units)
            click.echo(f"{account.username}\t{account.display_name}\t{account.role.value}\t{units}\t{state}")


@user.command("disable")
@click.argument("username")
def user_disable(username: str) -> None:
    """停用账号。"""
    from tracker.services import account_changes

    with written() as session:
        account_changes.disable_account(session, COMMAND_LINE, clock.now(), username)
    click.echo(f"已停用  {username}")


@user.command("enable")
@click.argument("username")
def user_enable(username: str) -> None:
    """重新启用账号，密码不变。"""
    from tracker.services import account_changes

    with written() as session:
        account_changes.enable_account(session, COMMAND_LINE, clock.now(), username)
    click.echo(f"已启用  {username}")


@user.command("reset-password")
@click.argument("username")
def user_reset_password(username: str) -> None:
    """重置密码，打印新的一次性密码。"""
    from tracker.services import account_changes

    with written() as session:
        made = account_changes.reset_password(session, COMMAND_LINE, clock.now(), username)
    click.echo(f"密码  {made.password}")


@main.group("token")
def token_group() -> None:
    """接口令牌：发放、列出、吊销。"""


@token_group.command("add")
@click.argument("unit")
@click.option("--name", required=True, help="用途，如“财政系统每日取数”。")
@click.option("--days", type=int, default=180, show_default=True, help="有效期，最长 366 天。")
def token_add(unit: str, name: str, days: int) -> None:
    """为一个单位发放令牌，令牌只打印这一次。"""
    from tracker.services import tokens

    with written() as session:
        made = tokens.create_token(session, COMMAND_LINE, clock.now(), unit, name, days)
    expires = made.token.expires_at.astimezone(clock.ZONE)
    click.echo(f"编号  {made.token.id}\n令牌  {made.secret}\n有效期至  {expires:%Y-%m-%d %H:%M}")


@token_group.command("list")
def token_list() -> None:
    """列出令牌。"""
    from tracker.services import tokens

    now = clock.now()
    with looked() as session:
        for token in tokens.list_tokens(session):
            state = "有效" if token.usable(now) else "已吊销" if token.revoked_at else "已过期"
            expires = token.expires_at.astimezone(clock.ZONE)
            click.echo(f"{token.id}\t{token.unit}\t{token.name}\t{expires:%Y-%m-%d}\t{state}")


@token_group.command("revoke")
@click.argument("token_id", type=click.IntRange(1, 999_999_999))
def token_revoke(token_id: int) -> None:
    """吊销令牌，立即生效。"""
    from tracker.services import tokens

    with written() as session:
        tokens.revoke_token(session, COMMAND_LINE, clock.now(), token_id)
    click.echo(f"已吊销  {token_id}")


@contextmanager
def looked() -> Iterator[Session]:
    """Open the instance for looking."""
    engine = open_instance(Settings.from_env())
    try:
        with reading(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def written(settings: Settings | None = None) -> Iterator[Session]:
    """Open the instance for one transaction."""
    settings = settings or Settings.from_env()
    engine = open_instance(settings)
    try:
        with writing(engine) as session:
            yield session
        with reading(engine) as session:
            drop_anchor(session, settings.audit_anchors, clock.now())
    finally:
        engine.dispose()
