// Draws every element with data-chart. The figures and the texts that a reader sees come from the server.
const STYLES = {
  actual: { color: "#0b4f9c", symbol: "circle", width: 3, type: "solid" },
  plan: { color: "#6b7280", symbol: "rect", width: 2, type: "dashed" },
  city: { color: "#b45309", symbol: "triangle", width: 2, type: "dotted" },
  original: { color: "#9ca3af", symbol: "diamond", width: 1.5, type: "dotted" },
};
const FONT = getComputedStyle(document.body).fontFamily;

function lines(data) {
  return data.series.map((series) => {
    const style = STYLES[series.style];
    return {
      name: series.name,
      type: "line",
      data: series.values,
      color: style.color,
      symbol: style.symbol,
      symbolSize: 7,
      lineStyle: { width: style.width, type: style.type },
      // A month without a report is a gap, not a zero and not a guess.
      connectNulls: false,
    };
  });
}

function told(data, rows) {
  const at = rows[0].dataIndex;
  const texts = data.series.map((series) => `${series.name}  ${series.texts[at] ?? "—"}`);
  return [data.labels[at], ...texts].join("\n");
}

function options(data, narrow) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    // On a phone the legend takes two rows.
    grid: { left: 8, right: 16, top: narrow ? 72 : 44, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 28, textStyle: { fontSize: 13, color: "#1f2937" } },
    // Rich text is drawn on the canvas: the page's policy allows no inline style.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, formatter: (rows) => told(data, rows) },
    xAxis: { type: "category", data: data.labels, axisLabel: { color: "#4b5563" } },
    yAxis: { type: "value", axisLabel: { color: "#4b5563" }, splitLine: { lineStyle: { color: "#e5e7eb" } } },
    series: lines(data),
  };
}

for (const element of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(element.dataset.chart);
  const chart = window.echarts.init(element, null, { renderer: "canvas", devicePixelRatio: 2 });
  chart.setOption(options(data, element.clientWidth < 480));
  new ResizeObserver(() => chart.resize()).observe(element);
  window.addEventListener("beforeprint", () => chart.resize());
}
