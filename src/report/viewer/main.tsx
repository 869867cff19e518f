import { render } from "preact";
import { App } from "./app.js";
import { loadReport } from "./data/load.js";
import "./style.css";
import { createViewStore } from "./view/view-state.js";

const place = document.getElementById("app");
if (!place) throw new Error("the page lacks its place for the report");

try {
  const report = await loadReport();
  const store = createViewStore(report.duration, report.columns.count);
  render(<App report={report} store={store} />, place);
} catch (error) {
  place.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}.`;
  throw error;
}
