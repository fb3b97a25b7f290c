"""Owns what the charts of ranks are told: who stood where, month by month, the first on top."""

from __future__ import annotations

from flask_babel import gettext

from tracker.services.rank_trends import Ranking, RankTable, RankTrends
from tracker.web.charts import Chart
from tracker.web.filters import short_month


def rank_chart(trends: RankTrends, table: RankTable, by: Ranking) -> Chart | None:
    """Return the ranks of a standing month by month, None when nobody ever had one."""
    ranks = [(series, series.rates if by is Ranking.RATE else series.amounts) for series in table.series]
    ranked = [(series, places) for series, places in ranks if any(places)]
    if not ranked:
        return None
    return {
        "labels": [short_month(period.month) for period in trends.months],
        # The first stands on top; the last place anybody had is the lowest.
        "places": max(place for _, places in ranked for place in places if place is not None),
        "months": sum(any(places) for places in zip(*(places for _, places in ranked), strict=True)),
        "own": next((series.name for series, _ in ranked if series.own), ""),
        "series": [
            {
                "name": series.name or gettext("（未填写）"),
                "values": list(places),
                "texts": ["—" if place is None else str(place) for place in places],
            }
            for series, places in ranked
        ],
    }
