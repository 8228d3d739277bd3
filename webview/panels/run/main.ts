/** The run panel's page: styles, components, and the line to the host. */
import "./zodWithoutEval.js";
import "@vscode/codicons/dist/codicon.css";
import "./run.css";
import { watchTheme } from "../../charts/theme.js";
import { connect } from "./host.js";
import { RunPanel } from "./runPanel.js";

const panel = document.querySelector("descent-run-panel");
if (!(panel instanceof RunPanel)) throw new Error("the page lacks <descent-run-panel>");
watchTheme();
panel.store.attach(connect((message) => panel.store.receive(message)));
