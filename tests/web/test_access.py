"""Who may open what: every route belongs to a desk, and every desk keeps to its roles."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import token_of
from tests.web.markup import parse
from tests.web.reporting import Place
from tracker.store.accounts import Role
from tracker.store.notices import Notice
from tracker.store.plans import PlanProposal
from tracker.store.problems import ProblemRow
from tracker.store.remarks import Remark
from tracker.store.reports import Evidence, PendingUpload, Report, ReportDraft, ReportRevision
from tracker.web.access import OFFICE_AND_LEADER, OPEN_ENDPOINTS, READERS, Desk

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
REPORTER = frozenset({Role.REPORTER})
OFFICE = frozenset({Role.OFFICE})
#: Every page that somebody has to sign in for: its address, and who may open it (pages.md, the table).
PAGES = {
    "leaders.overview": ("/", OFFICE_AND_LEADER),
    "office.flags": ("/flags", OFFICE_AND_LEADER),
    "office.flags_csv": ("/flags.csv", OFFICE_AND_LEADER),
    "office.flags_xlsx": ("/flags.xlsx", OFFICE_AND_LEADER),
    "rules.listing": ("/rules", OFFICE_AND_LEADER),
    "rule_changes.draft": ("/rules/change", OFFICE),
    "leaders.standings": ("/standings", OFFICE_AND_LEADER),
    "leaders.standings_workbook": ("/standings.xlsx", OFFICE_AND_LEADER),
    "wall.show": ("/wall", OFFICE_AND_LEADER),
    "wall.board": ("/wall/board", OFFICE_AND_LEADER),
    "levers.page": ("/levers", OFFICE_AND_LEADER),
    "levers.year": ("/levers/year", OFFICE_AND_LEADER),
    "levers.export": ("/levers.xlsx", OFFICE_AND_LEADER),
    "leaders.briefings": ("/briefings", OFFICE_AND_LEADER),
    "leaders.download": ("/briefings/1/download", OFFICE_AND_LEADER),
    "my_month.home": ("/month/2023-04", REPORTER),
    "report_form.form": ("/month/2023-04/A-1", REPORTER),
    "grid.sheet": ("/month/2023-04/grid", REPORTER),
    "workbook.download": ("/month/2023-04/workbook", REPORTER),
    "workbook.choose": ("/month/2023-04/upload", REPORTER),
    "workbook.preview": ("/month/2023-04/upload/1", REPORTER),
    "workbook.marked": ("/month/2023-04/upload/1/marked", REPORTER),
    "problems.listing": ("/problems", READERS),
    "problems.export": ("/problems.xlsx", READERS),
    "problems.one": ("/problems/2", READERS),
    "problem_raising.form": ("/problems/new", REPORTER | OFFICE),
    "notices.listing": ("/notices", READERS),
    "notices.export": ("/notices.xlsx", READERS),
    "notices.one": ("/notices/1", READERS),
    "notices.paper": ("/notices/1/print", READERS),
    "notice_proposals.listing": ("/notices/proposals", OFFICE),
    "notice_proposals.one": ("/notices/proposals/line/2", OFFICE),
    "notice_issuing.form": ("/notices/new", OFFICE),
    "notice_ladder.form": ("/notices/ladder", OFFICE),
    "projects.listing": ("/projects", READERS),
    "projects.export": ("/projects.xlsx", READERS),
    "projects.line": ("/projects/2023/A-1", READERS),
    "projects.months_workbook": ("/projects/2023/A-1/months.xlsx", READERS),
    "finding.search": ("/search", READERS),
    "evidence.file": ("/evidence/1", READERS),
    "evidence.remark_file": ("/remarks/files/1", READERS),
    "actions.listing": ("/actions", READERS),
    "actions.export": ("/actions.xlsx", READERS),
    "actions.one": ("/actions/1", READERS),
    "to_do.listing": ("/to-do", READERS),
    "meetings.listing": ("/meetings", OFFICE_AND_LEADER),
    "meetings.one": ("/meetings/1", OFFICE_AND_LEADER),
    "meetings.paper": ("/meetings/1/paper", OFFICE_AND_LEADER),
    "account.home": ("/account", frozenset(Role)),
    "account.password": ("/account/password", frozenset(Role)),
    "admin.home": ("/admin", ADMINISTRATOR),
    "accounts.listing": ("/admin/accounts", ADMINISTRATOR),
    "accounts.add": ("/admin/accounts/new", ADMINISTRATOR),
    "accounts.edit": ("/admin/accounts/1", ADMINISTRATOR),
    "tokens.listing": ("/admin/tokens", ADMINISTRATOR),
    "settings.office": ("/admin/settings", ADMINISTRATOR),
    "milestones.listing": ("/admin/milestones", ADMINISTRATOR),
    "milestones.one": ("/admin/milestones/lines/1", ADMINISTRATOR),
    "unit_plans.mine": ("/plans/mine", frozenset({Role.REPORTER})),
    "unit_plans.form": ("/plans/propose/2023/A-1", frozenset({Role.REPORTER})),
    "plans.listing": ("/plans", OFFICE_AND_LEADER),
    "plans.export": ("/plans.xlsx", OFFICE_AND_LEADER),
    "plans.one": ("/plans/1", OFFICE_AND_LEADER),
    "review.queue": ("/review", OFFICE),
    "review.report": ("/review/1", OFFICE),
    "periods.listing": ("/periods", OFFICE),
    "periods.one": ("/periods/2023-04", OFFICE),
    "missing.units": ("/periods/2023-04/missing", OFFICE_AND_LEADER),
    "missing.export": ("/periods/2023-04/missing.xlsx", OFFICE_AND_LEADER),
    "closing.close": ("/periods/2023-04/close", OFFICE),
    "audit.trail": ("/audit", frozenset({Role.OFFICE, Role.ADMINISTRATOR})),
    "audit.export": ("/audit.xlsx", frozenset({Role.OFFICE, Role.ADMINISTRATOR})),
}
#: Everything that somebody changes by sending a form: where it is sent, and who may. What stands at the address
#: need not exist: whoever may not is refused before anything is looked for.
ACTIONS: dict[str, tuple[str, frozenset[Role]]] = {
    "account.password": ("/account/password", frozenset(Role)),
    "report_form.hand_in": ("/month/2023-04/A-1", REPORTER),
    "report_form.look_at": ("/month/2023-09/A-1/look", REPORTER),
    "report_form.draft": ("/month/2023-09/A-1/draft", REPORTER),
    "report_form.discard": ("/month/2023-09/A-1/draft/discard", REPORTER),
    "grid.hand_in": ("/month/2023-04/grid", REPORTER),
    "grid.look_at": ("/month/2023-09/look", REPORTER),
    "grid.draft": ("/month/2023-09/draft", REPORTER),
    "workbook.take": ("/month/2023-04/upload", REPORTER),
    "workbook.confirm": ("/month/2023-04/upload/1", REPORTER),
    "problem_raising.form": ("/problems/new", REPORTER | OFFICE),
    "problem_words.say": ("/problems/2/remarks", REPORTER | OFFICE),
    "problem_words.classification": ("/problems/2/classification", REPORTER | OFFICE),
    "problem_handling.part_done": ("/problems/2/part", REPORTER),
    "problem_handling.resolved": ("/problems/2/resolve", REPORTER),
    "problem_decisions.assigned": ("/problems/2/assign", OFFICE),
    "problem_decisions.closed_out": ("/problems/2/close-out", OFFICE),
    "problem_decisions.sent_back": ("/problems/2/send-back", OFFICE),
    "notice_replies.replied": ("/notices/1/reply", REPORTER),
    "notice_decisions.closed_out": ("/notices/1/close-out", OFFICE),
    "notice_decisions.sent_back": ("/notices/1/send-back", OFFICE),
    "notice_decisions.withdrawn": ("/notices/1/withdraw", OFFICE),
    "notice_proposals.issue_many": ("/notices/proposals", OFFICE),
    "notice_proposals.issue_one": ("/notices/proposals/line/2", OFFICE),
    "notice_proposals.put_aside": ("/notices/proposals/line/2/dismiss", OFFICE),
    "notice_issuing.form": ("/notices/new", OFFICE),
    "notice_ladder.form": ("/notices/ladder", OFFICE),
    "evidence_changes.add": ("/month/2023-04/A-1/evidence", frozenset({Role.REPORTER})),
    "evidence_changes.remove": ("/month/2023-04/A-1/evidence/999/remove", frozenset({Role.REPORTER})),
    "comments.add": ("/projects/2023/A-1/comments", frozenset({Role.REPORTER, Role.OFFICE})),
    "action_progress.progress": ("/actions/1/progress", REPORTER | OFFICE),
    "action_reports.done": ("/actions/1/done", REPORTER),
    "action_decisions.close_out": ("/actions/1/close-out", OFFICE),
    "action_decisions.send_back": ("/actions/1/send-back", OFFICE),
    "action_decisions.pass_on": ("/actions/1/pass-on", OFFICE),
    "instructions.write": ("/projects/2023/A-1/instructions", frozenset({Role.LEADER})),
    "meeting_steps.plan": ("/meetings", OFFICE),
    "meeting_steps.change": ("/meetings/1/invitation", OFFICE),
    "meeting_steps.adjust": ("/meetings/1/agenda", OFFICE),
    "meeting_steps.add_item": ("/meetings/1/items", OFFICE),
    "meeting_steps.decide": ("/meetings/1/decisions", OFFICE),
    "meeting_steps.minutes": ("/meetings/1/minutes", OFFICE),
    "meeting_steps.hold": ("/meetings/9999/held", OFFICE),
    "review.queue": ("/review", OFFICE),
    "review.report": ("/review/1", OFFICE),
    "periods.open_month": ("/periods/open", OFFICE),
    "rule_changes.save": ("/rules/change", OFFICE),
    "periods.deadline": ("/periods/2023-04/deadline", OFFICE),
    "periods.exempt": ("/periods/2023-04/exemptions", OFFICE),
    "periods.unexempt": ("/periods/2023-04/exemptions/999/remove", OFFICE),
    "periods.reopen": ("/periods/2023-03/reopenings", OFFICE),
    "periods.end_reopening": ("/periods/2023-03/reopenings/999/end", OFFICE),
    "periods.remind_units": ("/periods/2023-04/remind", OFFICE),
    # Without the tick it closes nothing: reports are missing.
    "closing.close": ("/periods/2023-04/close", OFFICE),
    # Without its button's value it ends nothing, and the browsers of the other tests stay signed in.
    "account.sign_out_everywhere": ("/account/sign-out-everywhere", frozenset(Role)),
    "accounts.add": ("/admin/accounts/new", ADMINISTRATOR),
    "accounts.edit": ("/admin/accounts/1", ADMINISTRATOR),
    "accounts.disable": ("/admin/accounts/9999/disable", ADMINISTRATOR),
    "accounts.enable": ("/admin/accounts/9999/enable", ADMINISTRATOR),
    "accounts.end_sessions": ("/admin/accounts/9999/end-sessions", ADMINISTRATOR),
    "accounts.reset_password": ("/admin/accounts/9999/reset-password", ADMINISTRATOR),
    "unit_plans.form": ("/plans/propose/2023/A-1", frozenset({Role.REPORTER})),
    "unit_plans.take_back": ("/plans/mine/9999/withdraw", frozenset({Role.REPORTER})),
    "plan_decisions.approval": ("/plans/9999/approve", frozenset({Role.OFFICE})),
    "plan_decisions.rejection": ("/plans/9999/reject", frozenset({Role.OFFICE})),
    "tokens.listing": ("/admin/tokens", ADMINISTRATOR),
    "tokens.revoke": ("/admin/tokens/9999/revoke", ADMINISTRATOR),
    "settings.office": ("/admin/settings", ADMINISTRATOR),
    "milestones.one": ("/admin/milestones/lines/1", ADMINISTRATOR),
    "milestones.target": ("/admin/milestones/works/9999/target", ADMINISTRATOR),
    "milestones.delete": ("/admin/milestones/9999/delete", ADMINISTRATOR),
}
#: Everything that a program asks with its unit's token: the method and the address. No session opens any of it.
PROGRAMS = {
    "api.periods": ("GET", "/api/v1/periods"),
    "api.roster": ("GET", "/api/v1/roster?year=2023"),
    "api.figures": ("GET", "/api/v1/figures?month=2023-03"),
    "api.lights": ("GET", "/api/v1/lights?month=2023-03"),
    "api.reports": ("GET", "/api/v1/reports?month=2023-04"),
    "api.report": ("GET", "/api/v1/reports/2023-04/A-1"),
    "api_reports.hand_in": ("PUT", "/api/v1/reports/2023-04/A-1"),
    "api_reports.hand_in_many": ("POST", "/api/v1/reports/2023-04"),
}
#: Where a reporter reaches one report, plan or file: at 市科技局's, and what is sent there with a form.
OF_A_UNIT: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("GET", "report_form.form"): ("/month/2023-05/A-1", {}),
    ("GET", "workbook.preview"): ("/month/2023-05/upload/1", {}),
    ("GET", "workbook.marked"): ("/month/2023-05/upload/1/marked", {}),
    ("GET", "evidence.file"): ("/evidence/1", {}),
    ("GET", "evidence.remark_file"): ("/remarks/files/1", {}),
    ("GET", "actions.one"): ("/actions/1", {}),
    ("POST", "action_progress.progress"): ("/actions/1/progress", {"text": "正在办理当中"}),
    ("POST", "action_reports.done"): ("/actions/1/done", {"text": "已经全部办结", "seen": "0"}),
    ("GET", "notices.one"): ("/notices/1", {}),
    ("GET", "notices.paper"): ("/notices/1/print", {}),
    ("POST", "notice_replies.replied"): (
        "/notices/1/reply",
        {"text": "已经逐项核实并整改", "seen": "issued-1"},
    ),
    ("GET", "unit_plans.form"): ("/plans/propose/2023/A-1", {}),
    ("POST", "report_form.hand_in"): ("/month/2023-05/A-1", {"month_completed": "100"}),
    ("POST", "report_form.look_at"): ("/month/2023-05/A-1/look", {"month_completed": "100"}),
    ("POST", "report_form.draft"): ("/month/2023-05/A-1/draft", {"month_completed": "100"}),
    ("POST", "report_form.discard"): ("/month/2023-05/A-1/draft/discard", {}),
    ("POST", "grid.hand_in"): ("/month/2023-05/grid", {"code.0": "A-1", "month_completed.0": "100"}),
    ("POST", "grid.look_at"): ("/month/2023-05/look", {"code.0": "A-1", "month_completed.0": "100"}),
    ("POST", "grid.draft"): ("/month/2023-05/draft", {"code.0": "A-1", "month_completed.0": "100"}),
    ("POST", "workbook.confirm"): ("/month/2023-05/upload/1", {"seen": "x"}),
    ("POST", "evidence_changes.add"): ("/month/2023-05/A-1/evidence", {}),
    ("POST", "evidence_changes.remove"): ("/month/2023-04/A-1/evidence/1/remove", {}),
    ("POST", "comments.add"): ("/projects/2023/A-1/comments", {"text": "请督查室协调用地"}),
    ("POST", "problem_words.say"): ("/problems/2/remarks", {"text": "已经与国土部门对接"}),
    ("POST", "problem_words.classification"): ("/problems/2/classification", {"category": "land"}),
    ("POST", "problem_handling.part_done"): ("/problems/2/part", {"text": "协办的事情已经办完"}),
    ("POST", "problem_handling.resolved"): ("/problems/2/resolve", {"text": "问题已经解决"}),
    ("POST", "unit_plans.form"): ("/plans/propose/2023/A-1", {"annual_plan": "1"}),
    ("POST", "unit_plans.take_back"): ("/plans/mine/1/withdraw", {}),
}
#: Where a reporter reaches nothing of one unit's: the own lists, the own account, and what all may read.
OF_NO_UNIT = {
    ("GET", "actions.listing"),
    ("GET", "actions.export"),
    ("GET", "to_do.listing"),
    ("GET", "my_month.home"),
    ("GET", "grid.sheet"),
    ("GET", "workbook.download"),
    ("GET", "workbook.choose"),
    ("GET", "problems.listing"),
    ("GET", "problems.export"),
    ("GET", "problems.one"),
    ("GET", "notices.listing"),
    ("GET", "notices.export"),
    ("GET", "problem_raising.form"),
    ("POST", "problem_raising.form"),
    ("GET", "projects.listing"),
    ("GET", "projects.export"),
    ("GET", "projects.line"),
    ("GET", "finding.search"),
    ("GET", "projects.months_workbook"),
    ("GET", "account.home"),
    ("GET", "account.password"),
    ("GET", "unit_plans.mine"),
    ("POST", "workbook.take"),
    ("POST", "account.password"),
    ("POST", "account.sign_out_everywhere"),
}
PATHS = tuple(path for path, _ in PAGES.values())
#: Where whoever has no business with the overview begins instead.
HOMES = {Role.REPORTER: "/month", Role.ADMINISTRATOR: "/admin"}
ROLES = pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)


def test_every_route_has_declared_roles(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        assert isinstance(desk, Desk), f"{rule} belongs to no Desk: register it on a tracker.web.access.Desk"


def test_open_desks_are_known(app: Flask) -> None:
    open_desks = {
        name for name, desk in app.blueprints.items() if isinstance(desk, Desk) and desk.roles is None
    }
    assert open_desks == {"auth", "health", "api_document"}, (
        "a desk without roles is open to everybody: say so here"
    )


@pytest.mark.parametrize("path", PATHS)
def test_signed_out_is_sent_to_sign_in(signed_out: FlaskClient, path: str) -> None:
    answer = signed_out.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")
    assert "创新现代化" not in answer.text


def test_what_was_wanted_is_remembered(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/flags?light=red")
    assert answer.headers["Location"] == "/login?next=/flags?light%3Dred"


def test_signed_out_program_gets_401(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/flags", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["status"] == 401
    assert signed_out.post("/flags").status_code in (400, 405)


def test_every_guarded_route_is_in_the_table(app: Flask) -> None:
    guarded = set()
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if isinstance(desk, Desk) and desk.roles is not None:
            guarded.add(rule.endpoint)
    assert guarded == set(PAGES) | set(ACTIONS) | set(PROGRAMS)


def test_every_route_for_programs_is_in_the_table_and_serves_no_role(app: Flask) -> None:
    served = set()
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        if isinstance(desk, Desk) and desk.for_programs:
            assert desk.roles == frozenset(), f"{rule}: a desk for programs serves no role"
            served.add(rule.endpoint)
    assert served == set(PROGRAMS)


@ROLES
@pytest.mark.parametrize("endpoint", PROGRAMS)
def test_no_session_opens_what_is_for_programs(
    as_role: Callable[[str], FlaskClient], role: Role, endpoint: str
) -> None:
    method, path = PROGRAMS[endpoint]
    answer = as_role(role.value).open(path, method=method, json={} if method != "GET" else None)
    assert (answer.status_code, answer.mimetype) == (401, "application/json"), answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "平台一期" not in answer.text


def test_every_form_is_in_the_table(app: Flask) -> None:
    """An endpoint that takes POST stands among the actions, whether or not it is a page too."""
    sent = set()
    for rule in app.url_map.iter_rules():
        desk = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        guarded = isinstance(desk, Desk) and desk.roles is not None and not desk.for_programs
        if guarded and "POST" in (rule.methods or ()):
            sent.add(rule.endpoint)
    assert sent == set(ACTIONS)


@ROLES
@pytest.mark.parametrize("endpoint", ACTIONS)
def test_every_action_for_every_role(
    as_role: Callable[[str], FlaskClient], role: Role, endpoint: str
) -> None:
    path, roles = ACTIONS[endpoint]
    client = as_role(role.value)
    token = token_of(client.get("/", follow_redirects=True).text)
    answer = client.post(path, data={"csrf_token": token})
    assert (answer.status_code == 403) == (role not in roles), answer.text


def test_every_route_of_a_reporter_is_walked_or_reaches_no_units_object() -> None:
    pages = {("GET", endpoint) for endpoint, (_, roles) in PAGES.items() if Role.REPORTER in roles}
    actions = {("POST", endpoint) for endpoint, (_, roles) in ACTIONS.items() if Role.REPORTER in roles}
    assert pages | actions == set(OF_A_UNIT) | OF_NO_UNIT
    assert not set(OF_A_UNIT) & OF_NO_UNIT


@pytest.mark.parametrize("route", OF_A_UNIT, ids=" ".join)
def test_another_units_object_is_not_there(place: Place, route: tuple[str, str]) -> None:
    """What belongs to one unit does not exist for a reporter of another, and nothing of it changes."""

    def answered(username: str) -> int:
        browser = place.browser(username)
        token = token_of(browser.client.get("/account").text)
        sent = {"csrf_token": token, "based_on": "0", **told} if method == "POST" else None
        return browser.client.open(path, method=method, data=sent, buffered=True).status_code

    def stands() -> list[object]:
        tables = (
            Report,
            ReportRevision,
            ReportDraft,
            Evidence,
            PendingUpload,
            PlanProposal,
            ProblemRow,
            Notice,
            Remark,
        )
        return [place.all(*sa.inspect(table).columns) for table in tables]

    (method, _), (path, told) = route, OF_A_UNIT[route]
    _typed_and_uploaded(place)
    before = stands()
    assert answered("stranger") == 404
    assert stands() == before, "somebody of another unit changed it"
    assert answered("reporter") != 404, "nobody finds it: the address in the table leads nowhere"


def _typed_and_uploaded(place: Place) -> None:
    """Let 市科技局's reporter have a draft of A-1's May, and a file that waits in place of the seeded one, too old now."""
    browser = place.browser()
    browser.json("/month/2023-05/A-1/draft", {"month_completed": "77", "based_on": "0"})
    token = token_of(browser.client.get("/account").text)
    table = (io.BytesIO("编码,本月完成投资\nA-1,-1\n".encode()), "月报.csv")
    answer = browser.client.post("/month/2023-05/upload", data={"csrf_token": token, "workbook": table})
    assert answer.headers["Location"] == "/month/2023-05/upload/1"


@pytest.mark.parametrize("endpoint", ACTIONS)
def test_no_action_without_a_token_or_signed_out(
    as_role: Callable[[str], FlaskClient], app: Flask, endpoint: str
) -> None:
    path, roles = ACTIONS[endpoint]
    assert as_role(next(iter(sorted(roles))).value).post(path).status_code == 400
    stranger = app.test_client()
    token = token_of(stranger.get("/login").text)
    assert stranger.post(path, data={"csrf_token": token}).status_code == 401


@ROLES
@pytest.mark.parametrize("endpoint", PAGES)
def test_every_route_for_every_role(as_role: Callable[[str], FlaskClient], role: Role, endpoint: str) -> None:
    path, roles = PAGES[endpoint]
    answer = as_role(role.value).get(path, buffered=True)
    if role in roles:
        assert answer.status_code == 200
    elif path == "/":
        assert (answer.status_code, answer.headers["Location"]) == (302, HOMES[role])
    else:
        assert answer.status_code == 403
        assert "万元" not in answer.text


@ROLES
def test_nothing_leads_where_the_role_may_not_go(as_role: Callable[[str], FlaskClient], role: Role) -> None:
    client = as_role(role.value)
    shut = {path for path, roles in PAGES.values() if role not in roles} - {"/"}
    for path in (path for path, roles in PAGES.values() if role in roles):
        page = client.get(path, buffered=True)
        if page.mimetype != "text/html":
            continue
        links = {link.get("href", "").partition("?")[0] for link in parse(page.text).iter("a")}
        assert not links & shut, path


@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("reporter", ["/month", "/to-do", "/problems", "/notices", "/actions", "/projects", "/plans/mine"]),
        (
            "office",
            [
                "/",
                "/review",
                "/periods",
                "/plans",
                "/flags",
                "/standings",
                "/levers",
                "/wall",
                "/rules",
                "/to-do",
                "/problems",
                "/notices",
                "/meetings",
                "/actions",
                "/projects",
                "/briefings",
                "/audit",
            ],
        ),
        (
            "leader",
            [
                "/",
                "/plans",
                "/flags",
                "/standings",
                "/levers",
                "/wall",
                "/rules",
                "/to-do",
                "/problems",
                "/notices",
                "/meetings",
                "/actions",
                "/projects",
                "/briefings",
            ],
        ),
        ("administrator", ["/admin", "/audit"]),
    ],
)
def test_navigation_shows_what_the_role_may_open(
    as_role: Callable[[str], FlaskClient], role: str, places: list[str]
) -> None:
    page = parse(as_role(role).get("/", follow_redirects=True).text)
    menu = page.find(".//nav")
    assert menu is not None
    assert [link.get("href") for link in menu.iter("a")] == places
    name = next(link for link in page.iter("a") if link.get("class") == "app-name")
    assert name.get("href") == places[0]


_SENT_TO = {path for path, _ in ACTIONS.values()}
#: A form sent there is one for the report of a line that could be called so: see tests/web/test_workbook.py.
_LIKE_A_CODE = {PAGES[endpoint][0] for endpoint in ("workbook.download", "workbook.marked")}
READ_ONLY = [path for path in PATHS if path not in _SENT_TO | _LIKE_A_CODE]


@pytest.mark.parametrize("path", [*READ_ONLY, "/healthz"])
def test_reading_pages_take_no_other_method(as_role: Callable[[str], FlaskClient], path: str) -> None:
    client = as_role("administrator" if path.startswith("/admin") else "office")
    # Without a token the request is refused before its method is looked at.
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405
