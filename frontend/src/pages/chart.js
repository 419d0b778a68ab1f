// Vega-Lite without eval: the expressions are parsed to a tree, and the tree is walked.
import { View, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";

export async function drawChart(host, spec) {
  // The fonts are measured before text is laid out, or Khmer labels would overlap.
  await document.fonts.ready;
  const { spec: full } = compile({ ...spec, width: host.clientWidth });
  const runtime = parse(full, null, { ast: true });
  const view = new View(runtime, { expr: expressionInterpreter, renderer: "svg", container: host, hover: true });
  await view.runAsync();
  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - width) < 2) return;
    width = host.clientWidth;
    view.width(width).runAsync();
  }).observe(host);
  return view;
}
