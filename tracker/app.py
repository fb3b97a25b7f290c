"""Owns putting the web together: settings in, a Flask application out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import jinja2
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import clock
from tracker.resources import templates_dir
from tracker.secret_key import secret_key
from tracker.settings import Settings
from tracker.store.engine import make_engine
from tracker.web import (
    access,
    account,
    auth,
    database,
    errors,
    filters,
    headers,
    health,
    languages,
    links,
    programs,
    statics,
    uploads,
)
from tracker.web.actions import instructions, to_do
from tracker.web.actions import views as actions
from tracker.web.admin import accounts as admin_accounts
from tracker.web.admin import milestones as admin_milestones
from tracker.web.admin import settings as admin_settings
from tracker.web.admin import tokens as admin_tokens
from tracker.web.admin import views as admin
from tracker.web.api import document as api_document
from tracker.web.api import handing_in as api_reports
from tracker.web.api import views as api
from tracker.web.audit import views as audit
from tracker.web.departments import form as report_form
from tracker.web.departments import grid, my_month, workbook
from tracker.web.departments import plans as unit_plans
from tracker.web.evidence import views as evidence
from tracker.web.leaders import levers, wall
from tracker.web.leaders import views as leaders
from tracker.web.meetings import steps as meeting_steps
from tracker.web.meetings import views as meetings
from tracker.web.notices import issuing as notice_issuing
from tracker.web.notices import ladder as notice_ladder
from tracker.web.notices import proposals as notice_proposals
from tracker.web.notices import steps as notice_steps
from tracker.web.notices import views as notices
from tracker.web.office import closing as office_closing
from tracker.web.office import missing as office_missing
from tracker.web.office import periods as office_periods
from tracker.web.office import plans
from tracker.web.office import review as office_review
from tracker.web.office import rules as office_rules
from tracker.web.office import views as office
from tracker.web.problems import decisions as problem_decisions
from tracker.web.problems import handling as problem_handling
from tracker.web.problems import raising as problem_raising
from tracker.web.problems import views as problems
from tracker.web.projects import finding
from tracker.web.projects import views as projects

#: Everything that is served, desk by desk.
_DESKS = (
    health.desk,
    auth.desk,
    account.desk,
    leaders.desk,
    levers.desk,
    wall.desk,
    office.desk,
    projects.desk,
    projects.comments_desk,
    finding.desk,
    admin.desk,
    audit.desk,
    admin_accounts.desk,
    admin_milestones.desk,
    admin_settings.desk,
    admin_tokens.desk,
    my_month.desk,
    report_form.desk,
    grid.desk,
    workbook.desk,
    office_review.desk,
    office_missing.desk,
    office_periods.desk,
    office_closing.desk,
    evidence.desk,
    evidence.changes_desk,
    unit_plans.desk,
    plans.desk,
    plans.decisions,
    office_rules.desk,
    office_rules.changes,
    problems.desk,
    problem_raising.desk,
    problem_handling.words_desk,
    problem_handling.desk,
    problem_decisions.desk,
    notices.desk,
    notice_steps.replies,
    notice_steps.decisions,
    notice_proposals.desk,
    notice_issuing.desk,
    notice_ladder.desk,
    actions.desk,
    actions.progress_desk,
    actions.unit_desk,
    actions.office_desk,
    meetings.desk,
    meeting_steps.desk,
    instructions.desk,
    to_do.desk,
    api_document.desk,
    api.desk,
    api_reports.desk,
)


def create_app(settings: Settings, *, now: Callable[[], datetime] = clock.now) -> Flask:
    """Return the application of the instance that `settings` names; its database must be up to date."""
    app = Flask("tracker", template_folder=str(templates_dir()), static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key(settings.secret_key_file),
        SESSION_COOKIE_NAME="tracker_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.insecure_cookies,
        # A session ends after a long working day, whatever the browser keeps.
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        # No form of these pages is larger.
        MAX_CONTENT_LENGTH=1024 * 1024,
        # The session's own lifetime bounds the token.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.proxies:
        # Who asks, and whether over HTTPS, is what the web server in front says, and only that one.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=1)  # type: ignore[method-assign]
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["tracker_settings"] = settings

    database.install(app, make_engine(settings.database_url), now)
    languages.install(app)
    statics.install(app)
    headers.install(app)
    errors.install(app)
    filters.install(app)
    links.install(app)
    # Before the check of the token, which reads the form.
    uploads.install(app)
    # Programs bring a token with every request, and no cookie that a foreign page could make use of.
    csrf = CSRFProtect(app)
    csrf.exempt(api.desk)
    csrf.exempt(api_reports.desk)
    auth.install(app)
    programs.install(app)
    access.install(app)
    for desk in _DESKS:
        app.register_blueprint(desk)
    auth.limit_sign_in(app)
    return app
