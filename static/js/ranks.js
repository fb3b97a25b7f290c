// Draws every element with data-ranks: who stood where at the end of each month, the first on top. One line
// comes out when it is pointed at, or chosen in the list beside the chart; the same ranks stand in a table below.
const COLOURS = ["#0b4f9c", "#b45309", "#15803d", "#7c3aed", "#be185d", "#0f766e", "#a16207", "#475569", "#b91c1c", "#4338ca"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
const FONT = getComputedStyle(document.body).fontFamily;
const ROW = 26; // Pixels of height for each place, so that nineteen names do not overlap.
const NARROW = 520;
const LONGEST = 11;
const LONGEST_NARROW = 6;

function short(name, longest) {
  return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
}

function lines(data, chosen, longest) {
  return data.series.map((series, index) => {
    const on = chosen === series.name;
    const quiet = chosen && !on;
    return {
      name: series.name,
      type: "line",
      data: series.values,
      color: COLOURS[index % COLOURS.length],
      symbol: SYMBOLS[Math.floor(index / COLOURS.length) % SYMBOLS.length],
      symbolSize: on ? 11 : 8,
      z: on ? 10 : 2,
      lineStyle: { width: on ? 4.5 : 2, opacity: quiet ? 0.18 : 1 },
      itemStyle: { opacity: quiet ? 0.18 : 1 },
      // A month without a rank is a gap; nobody stood anywhere then.
      connectNulls: false,
      endLabel: {
        show: true,
        formatter: ({ value }) => `${value}  ${short(series.name, longest)}`,
        color: quiet ? "#6b7280" : "#1f2937",
        fontWeight: on ? 700 : 400,
        fontSize: 12.5,
        distance: 8,
      },
      labelLayout: { moveOverlap: "shiftY" },
      emphasis: { focus: "series", lineStyle: { width: 4.5 }, endLabel: { fontWeight: 700 } },
      blur: { lineStyle: { opacity: 0.15 }, itemStyle: { opacity: 0.15 } },
    };
  });
}

function told(data, at) {
  const series = data.series[at.seriesIndex];
  const months = data.labels.map((label, month) => `${label}  ${series.texts[month]}`);
  return [series.name, ...months].join("\n");
}

function options(data, chosen, narrow) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: narrow ? 108 : 172, top: 0, bottom: 4, containLabel: true },
    // Rich text is drawn on the canvas: the page's policy allows no inline style.
    tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: (at) => told(data, at) },
    xAxis: { type: "category", data: data.labels, boundaryGap: false, axisLine: { onZero: false }, axisLabel: { color: "#4b5563" } },
    yAxis: {
      type: "value",
      inverse: true,
      min: 0,
      max: data.places + 1,
      interval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
      // Room above the first and below the last place, which are no places themselves.
      axisLabel: { color: "#4b5563", formatter: (place) => (place < 1 || place > data.places ? "" : place) },
      splitLine: { show: false },
    },
    series: lines(data, chosen, narrow ? LONGEST_NARROW : LONGEST),
  };
}

for (const element of document.querySelectorAll("[data-ranks]")) {
  const data = JSON.parse(element.dataset.ranks);
  element.style.height = `${Math.max(data.places * ROW + 56, 200)}px`;
  const chart = window.echarts.init(element, null, { renderer: "canvas", devicePixelRatio: 2 });
  const pick = document.getElementById(element.dataset.pick);
  const show = () => chart.setOption(options(data, pick.value, element.clientWidth < NARROW), { replaceMerge: ["series"] });
  pick.closest("[hidden]").hidden = false;
  pick.addEventListener("change", show);
  chart.on("click", (event) => {
    pick.value = pick.value === event.seriesName ? "" : event.seriesName;
    show();
  });
  show();
  new ResizeObserver(() => {
    chart.resize();
    show();
  }).observe(element);
  window.addEventListener("beforeprint", () => chart.resize());
}
