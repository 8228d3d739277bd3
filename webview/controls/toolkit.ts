/** The one place that knows the UI toolkit: registers the elements the panels use, as `vscode-button` and so on. */
import { allComponents, provideVSCodeDesignSystem } from "@vscode/webview-ui-toolkit";

const { vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption } = allComponents;
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());
