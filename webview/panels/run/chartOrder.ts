import type { ChartLayout } from "../../../src/protocol/panel.js";
import type { ChartOfTab } from "./chartCard.js";

/** The charts as the user arranged them: the pinned first, then in the order chosen, then those that came later, in their own order; hidden ones left out. */
export function arrangedCharts(charts: readonly ChartOfTab[], { order, pinned, hidden }: ChartLayout): ChartOfTab[] {
  const rank = (chart: ChartOfTab) => {
    const place = order.indexOf(chart.id);
    return (pinned.includes(chart.id) ? 0 : 1e6) + (place < 0 ? order.length : place);
  };
  return charts.filter((chart) => !hidden.includes(chart.id)).toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a search finds a chart: every word is in its heading, its name or one of its tags, whatever the case. */
export function isFound(chart: ChartOfTab, name: string | undefined, search: string): boolean {
  const text = [chart.heading, name ?? "", ...chart.tags].join(" ").toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
