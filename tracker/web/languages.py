"""Owns the language of a page: asked for in the address, kept in a cookie, else the browser's."""

from __future__ import annotations

from typing import Any, Literal

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, get_translations

from tracker import clock

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "tracker_lang"
_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Translate the pages of `app`; the texts in code and templates are the Chinese ones."""
    Babel(
        app,
        default_locale="zh",
        default_timezone=str(clock.ZONE),
        default_translation_directories="translations",
        locale_selector=_select,
    )
    # Looking for the catalogue costs more than the word in it, and a page has hundreds of words.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, number: _catalogue().unpgettext(context, one, many, number),
        newstyle=True,
    )
    app.after_request(_keep)
    app.jinja_env.globals.update(language=language)


def language() -> Language:
    """Return the language of the page that is being made."""
    if "language" not in g:
        g.language = "en" if str(get_locale()) == "en" else "zh"
    found: Language = g.language
    return found


def _catalogue() -> Any:
    """Return the words in the page's language, looked for once a page."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def _select() -> str:
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    return request.accept_languages.best_match(LANGUAGES) or "zh"


def _keep(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and request.cookies.get(COOKIE) != wanted:
        secure = request.is_secure
        response.set_cookie(COOKIE, str(wanted), max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response
