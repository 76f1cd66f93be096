// What the report's charts use of Observable Plot; the bundler leaves the rest out.
export {
  barX,
  dot,
  plot,
  pointerX,
  rectY,
  ruleX,
  ruleY,
  stackY,
  text,
  tip,
} from "@observablehq/plot";
