/** The variables VS Code sets on a webview's root element, for the themes Dark Modern, Light Modern and the two of high contrast. */
export const themes = {
  dark: {
    bodyClass: "vscode-dark",
    variables: {
      "editor-background": "#1f1f1f", "editor-foreground": "#cccccc", foreground: "#cccccc", descriptionForeground: "#9d9d9d", errorForeground: "#f85149",
      "icon-foreground": "#cccccc", focusBorder: "#0078d4", "panel-border": "#2b2b2b", "editorWidget-background": "#202020", "editorWidget-border": "#454545",
      "widget-shadow": "rgba(0,0,0,0.36)", "list-hoverBackground": "#2a2d2e", "list-inactiveSelectionBackground": "#37373d", "list-activeSelectionBackground": "#04395e",
      "list-activeSelectionForeground": "#ffffff", "toolbar-hoverBackground": "rgba(90,93,94,0.31)", "badge-background": "#616161", "badge-foreground": "#f8f8f8",
      "button-background": "#0078d4", "button-foreground": "#ffffff", "button-hoverBackground": "#026ec1", "button-secondaryBackground": "#313131", "button-secondaryForeground": "#cccccc",
      "button-secondaryHoverBackground": "#3c3c3c", "button-border": "rgba(255,255,255,0.07)", "input-background": "#313131", "input-foreground": "#cccccc", "input-border": "#3c3c3c",
      "dropdown-background": "#313131", "dropdown-foreground": "#cccccc", "dropdown-border": "#3c3c3c", "dropdown-listBackground": "#1f1f1f", "checkbox-background": "#313131", "checkbox-foreground": "#cccccc", "checkbox-border": "#3c3c3c",
      "settings-dropdownListBorder": "#454545", "progressBar-background": "#0078d4", "panelTitle-activeBorder": "#0078d4", "textLink-foreground": "#4daafc",
      "charts-foreground": "#cccccc", "charts-lines": "rgba(204,204,204,0.5)", "charts-red": "#f14c4c", "charts-blue": "#59a4f9", "charts-yellow": "#cca700", "charts-orange": "#d18616", "charts-green": "#89d185", "charts-purple": "#b180d7",
      "problemsErrorIcon-foreground": "#f14c4c", "problemsWarningIcon-foreground": "#cca700", "problemsInfoIcon-foreground": "#59a4f9", "inputValidation-errorBackground": "#5a1d1d", "inputValidation-errorBorder": "#be1100",
      "menu-background": "#1f1f1f", "menu-foreground": "#cccccc", "menu-border": "#454545", "menu-selectionBackground": "#0078d4", "menu-selectionForeground": "#ffffff",
      "editorHoverWidget-background": "#202020", "editorLineNumber-foreground": "#6e7681", "editor-lineHighlightBackground": "#282828",
    },
  },
  light: {
    bodyClass: "vscode-light",
    variables: {
      "editor-background": "#ffffff", "editor-foreground": "#3b3b3b", foreground: "#3b3b3b", descriptionForeground: "#3b3b3b", errorForeground: "#f85149",
      "icon-foreground": "#3b3b3b", focusBorder: "#005fb8", "panel-border": "#e5e5e5", "editorWidget-background": "#f8f8f8", "editorWidget-border": "#c8c8c8",
      "widget-shadow": "rgba(0,0,0,0.16)", "list-hoverBackground": "#f2f2f2", "list-inactiveSelectionBackground": "#e4e6f1", "list-activeSelectionBackground": "#e8e8e8",
      "list-activeSelectionForeground": "#000000", "toolbar-hoverBackground": "rgba(184,184,184,0.31)", "badge-background": "#cccccc", "badge-foreground": "#3b3b3b",
      "button-background": "#005fb8", "button-foreground": "#ffffff", "button-hoverBackground": "#0258a8", "button-secondaryBackground": "#e5e5e5", "button-secondaryForeground": "#3b3b3b",
      "button-secondaryHoverBackground": "#cccccc", "button-border": "rgba(0,0,0,0.1)", "input-background": "#ffffff", "input-foreground": "#3b3b3b", "input-border": "#cecece",
      "dropdown-background": "#ffffff", "dropdown-foreground": "#3b3b3b", "dropdown-border": "#cecece", "dropdown-listBackground": "#ffffff", "checkbox-background": "#f8f8f8", "checkbox-foreground": "#3b3b3b", "checkbox-border": "#cecece",
      "settings-dropdownListBorder": "#cecece", "progressBar-background": "#005fb8", "panelTitle-activeBorder": "#005fb8", "textLink-foreground": "#005fb8",
      "charts-foreground": "#3b3b3b", "charts-lines": "rgba(59,59,59,0.5)", "charts-red": "#e51400", "charts-blue": "#0063d3", "charts-yellow": "#bf8803", "charts-orange": "#d18616", "charts-green": "#388a34", "charts-purple": "#652d90",
      "problemsErrorIcon-foreground": "#e51400", "problemsWarningIcon-foreground": "#bf8803", "problemsInfoIcon-foreground": "#0063d3", "inputValidation-errorBackground": "#f2dede", "inputValidation-errorBorder": "#be1100",
      "menu-background": "#ffffff", "menu-foreground": "#3b3b3b", "menu-border": "#cecece", "menu-selectionBackground": "#005fb8", "menu-selectionForeground": "#ffffff",
      "editorHoverWidget-background": "#f8f8f8", "editorLineNumber-foreground": "#6e7681", "editor-lineHighlightBackground": "#f5f5f5",
    },
  },
  "contrast-dark": {
    bodyClass: "vscode-high-contrast",
    variables: {
      "editor-background": "#000000", "editor-foreground": "#ffffff", foreground: "#ffffff", descriptionForeground: "rgba(255,255,255,0.7)", errorForeground: "#f48771",
      "icon-foreground": "#ffffff", focusBorder: "#f38518", contrastBorder: "#6fc3df", contrastActiveBorder: "#f38518", "panel-border": "#6fc3df", "editorWidget-background": "#0c141f",
      "editorWidget-border": "#6fc3df", "badge-background": "#000000", "badge-foreground": "#ffffff", "button-background": "#000000", "button-foreground": "#ffffff", "button-border": "#6fc3df",
      "button-secondaryForeground": "#ffffff", "input-background": "#000000", "input-foreground": "#ffffff", "input-border": "#6fc3df", "dropdown-background": "#000000", "dropdown-foreground": "#ffffff",
      "dropdown-border": "#6fc3df", "dropdown-listBackground": "#000000", "checkbox-background": "#000000", "checkbox-foreground": "#ffffff", "checkbox-border": "#6fc3df", "progressBar-background": "#6fc3df",
      "panelTitle-activeBorder": "#6fc3df", "textLink-foreground": "#21a6ff", "charts-foreground": "#ffffff", "charts-lines": "rgba(255,255,255,0.5)", "charts-red": "#f48771", "charts-blue": "#59a4f9",
      "charts-yellow": "#ffd370", "charts-orange": "#d18616", "charts-green": "#89d185", "charts-purple": "#b180d7", "problemsErrorIcon-foreground": "#f48771", "problemsWarningIcon-foreground": "#ffd370",
      "problemsInfoIcon-foreground": "#59a4f9", "inputValidation-errorBackground": "#000000", "inputValidation-errorBorder": "#6fc3df", "menu-background": "#000000", "menu-foreground": "#ffffff",
      "menu-border": "#6fc3df", "editorHoverWidget-background": "#0c141f", "editorLineNumber-foreground": "#ffffff",
    },
  },
  "contrast-light": {
    bodyClass: "vscode-high-contrast-light",
    variables: {
      "editor-background": "#ffffff", "editor-foreground": "#292929", foreground: "#292929", descriptionForeground: "rgba(41,41,41,0.7)", errorForeground: "#b5200d",
      "icon-foreground": "#292929", focusBorder: "#006bbd", contrastBorder: "#0f4a85", contrastActiveBorder: "#006bbd", "panel-border": "#0f4a85", "editorWidget-background": "#ffffff",
      "editorWidget-border": "#0f4a85", "badge-background": "#0f4a85", "badge-foreground": "#ffffff", "button-background": "#0f4a85", "button-foreground": "#ffffff", "button-border": "#0f4a85",
      "button-secondaryBackground": "#ffffff", "button-secondaryForeground": "#0f4a85", "input-background": "#ffffff", "input-foreground": "#292929", "input-border": "#0f4a85", "dropdown-background": "#ffffff",
      "dropdown-foreground": "#292929", "dropdown-border": "#0f4a85", "dropdown-listBackground": "#ffffff", "checkbox-background": "#ffffff", "checkbox-foreground": "#292929", "checkbox-border": "#0f4a85",
      "progressBar-background": "#006bbd", "panelTitle-activeBorder": "#b5200d", "textLink-foreground": "#0f4a85", "charts-foreground": "#292929", "charts-lines": "rgba(41,41,41,0.5)", "charts-red": "#b5200d",
      "charts-blue": "#1a6fd4", "charts-yellow": "#895503", "charts-orange": "#b35c00", "charts-green": "#374e06", "charts-purple": "#652d90", "problemsErrorIcon-foreground": "#b5200d",
      "problemsWarningIcon-foreground": "#895503", "problemsInfoIcon-foreground": "#1a6fd4", "inputValidation-errorBackground": "#ffffff", "inputValidation-errorBorder": "#0f4a85", "menu-background": "#ffffff",
      "menu-foreground": "#292929", "menu-border": "#0f4a85", "menu-selectionBackground": "#0f4a85", "menu-selectionForeground": "#ffffff", "editorHoverWidget-background": "#ffffff", "editorLineNumber-foreground": "#292929",
    },
  },
} as const;

export type ThemeName = keyof typeof themes;

/** Dresses the page in a theme, as VS Code does. */
export function dress(name: ThemeName): void {
  const { bodyClass, variables } = themes[name];
  const root = document.documentElement;
  // a copy: the list shrinks as properties go
  for (const property of Array.from(root.style)) root.style.removeProperty(property);
  for (const [variable, value] of Object.entries(variables)) root.style.setProperty(`--vscode-${variable}`, value);
  root.style.setProperty("--vscode-font-family", 'system-ui, "Ubuntu", "Noto Sans", "DejaVu Sans", sans-serif');
  root.style.setProperty("--vscode-font-size", "13px");
  root.style.setProperty("--vscode-font-weight", "normal");
  root.style.setProperty("--vscode-editor-font-family", '"Noto Sans Mono", "DejaVu Sans Mono", monospace');
  root.style.setProperty("--vscode-editor-font-size", "13px");
  document.body.className = bodyClass;
}
