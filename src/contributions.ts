/**
 * What Descent adds to the editor: every command, view, setting and context key, once. `scripts/contributes.mjs` writes
 * package.json's `contributes` from it and a test keeps the two equal; the host registers from it, so that an id is
 * spelled here and nowhere else. Knows nothing of `vscode`.
 */

/** Context keys that the host sets; menus and enablement ask them. */
export const contextKeys = {
  /** At least one run is shown in the Runs view. */
  hasRuns: "descent.hasRuns",
  /** A run's process is alive: it can be stopped. */
  hasLiveRun: "descent.hasLiveRun",
  /** A run is training: it can be paused, its learning rate changed, a checkpoint asked for. */
  hasRunningRun: "descent.hasRunningRun",
  /** A run is paused. */
  hasPausedRun: "descent.hasPausedRun",
  /** A run is over and has a checkpoint: it can be evaluated, exported, continued. */
  hasEndedRun: "descent.hasEndedRun",
} as const;

/** The training file's names, for document selectors and workspace searches. */
export const trainingFileGlob = "**/*.train.{yaml,json}";

/** Whether a path is a training file's. */
export function isTrainingFile(path: string): boolean {
  return /\.train\.(yaml|json)$/.test(path);
}

const onTrainingFile = "resourceFilename =~ /\\.train\\.(yaml|json)$/";
const inRuns = "view == descent.runs";
/** A tree item's `contextValue` is `run` followed by what can be done with it: `run live paused`, `run ended checkpoint`. */
const liveItem = `${inRuns} && viewItem =~ /\\blive\\b/`;
const runningItem = `${inRuns} && viewItem =~ /\\brunning\\b/`;
const pausedItem = `${inRuns} && viewItem =~ /\\bpaused\\b/`;
const endedItem = `${inRuns} && viewItem =~ /\\bended\\b/`;
const checkpointItem = `${inRuns} && viewItem =~ /\\bended checkpoint\\b/`;
const loggedItem = `${inRuns} && viewItem =~ /\\blogged\\b/`;
const anyItem = `${inRuns} && viewItem =~ /^run\\b/`;
/** A run, or a search, repeat or ensemble. */
const comparableItem = `${inRuns} && viewItem =~ /^(run|whole|part)\\b/`;

/** A place in a menu: package.json's own words. */
interface MenuPlace {
  readonly menu: "editor/title" | "explorer/context" | "view/title" | "view/item/context";
  readonly when: string;
  readonly group: string;
}

interface CommandContribution {
  readonly id: `descent.${string}`;
  /** Shown after "Descent: ". */
  readonly title: string;
  /** Where the place says the category already (a menu, a button). */
  readonly shortTitle?: string;
  readonly icon?: `$(${string})`;
  /** When the command can be run; the palette and menus follow. Absent: always. */
  readonly enablement?: string;
  readonly places?: readonly MenuPlace[];
  /** Called by the product's own links only, with an argument; not in the palette. */
  readonly internal?: true;
}

const trusted = "isWorkspaceTrusted";

/**
 * Every command, by the name that the code uses. The palette sorts what matches by title, not by how well it matches, and "Train" matches
 * the start of "Training": titles are chosen so that one typed in full comes first (a test says so).
 */
export const commands = {
  train: {
    id: "descent.train",
    title: "Train",
    icon: "$(play)",
    enablement: trusted,
    places: [
      { menu: "editor/title", when: onTrainingFile, group: "navigation@1" },
      { menu: "explorer/context", when: onTrainingFile, group: "navigation@90" },
      { menu: "view/title", when: inRuns, group: "navigation@1" },
    ],
  },
  search: {
    id: "descent.search",
    title: "Search",
    icon: "$(telescope)",
    enablement: trusted,
    places: [{ menu: "explorer/context", when: onTrainingFile, group: "navigation@92" }],
  },
  openSearch: {
    id: "descent.openSearch",
    title: "Show a Search...",
    icon: "$(telescope)",
    enablement: "workspaceFolderCount != 0",
  },
  check: {
    id: "descent.check",
    title: "Check...",
    shortTitle: "Check",
    icon: "$(beaker)",
    enablement: trusted,
    places: [{ menu: "explorer/context", when: onTrainingFile, group: "navigation@91" }],
  },
  tryFix: {
    id: "descent.tryFix",
    title: "Try a Fix...",
    icon: "$(lightbulb)",
    enablement: trusted,
  },
  tellApart: {
    id: "descent.tellApart",
    title: "Tell Causes Apart...",
    icon: "$(beaker)",
    enablement: `${trusted} && ${contextKeys.hasEndedRun}`,
  },
  pause: {
    id: "descent.pause",
    title: "Pause",
    icon: "$(debug-pause)",
    enablement: contextKeys.hasRunningRun,
    places: [{ menu: "view/item/context", when: runningItem, group: "inline@2" }],
  },
  resume: {
    id: "descent.resume",
    title: "Resume",
    icon: "$(debug-continue)",
    enablement: contextKeys.hasPausedRun,
    places: [{ menu: "view/item/context", when: pausedItem, group: "inline@2" }],
  },
  stop: {
    id: "descent.stop",
    title: "Stop",
    icon: "$(debug-stop)",
    enablement: contextKeys.hasLiveRun,
    places: [{ menu: "view/item/context", when: liveItem, group: "inline@3" }],
  },
  checkpointNow: {
    id: "descent.checkpointNow",
    title: "Checkpoint Now",
    icon: "$(save)",
    enablement: contextKeys.hasLiveRun,
    places: [{ menu: "view/item/context", when: liveItem, group: "1_live@1" }],
  },
  setLearningRate: {
    id: "descent.setLearningRate",
    title: "Set Learning Rate...",
    icon: "$(settings)",
    enablement: contextKeys.hasLiveRun,
    places: [{ menu: "view/item/context", when: liveItem, group: "1_live@2" }],
  },
  continueRun: {
    id: "descent.continueRun",
    title: "Continue Run from Last Checkpoint",
    shortTitle: "Continue",
    icon: "$(debug-restart)",
    enablement: `${trusted} && ${contextKeys.hasEndedRun}`,
    places: [{ menu: "view/item/context", when: endedItem, group: "inline@2" }],
  },
  openRun: {
    id: "descent.openRun",
    title: "Open Run",
    icon: "$(graph-line)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "inline@1" }],
  },
  openGroup: {
    id: "descent.openGroup",
    title: "Open Repeat or Ensemble...",
    shortTitle: "Repeats and Ensembles...",
    icon: "$(layers)",
    enablement: contextKeys.hasRuns,
  },
  evaluateTest: {
    id: "descent.evaluateTest",
    title: "Evaluate on Test Split",
    icon: "$(checklist)",
    enablement: `${trusted} && ${contextKeys.hasEndedRun}`,
    places: [{ menu: "view/item/context", when: checkpointItem, group: "2_use@1" }],
  },
  exportModel: {
    id: "descent.exportModel",
    title: "Export Model...",
    icon: "$(package)",
    enablement: `${trusted} && ${contextKeys.hasEndedRun}`,
    places: [{ menu: "view/item/context", when: checkpointItem, group: "2_use@2" }],
  },
  measureCurvature: {
    id: "descent.measureCurvature",
    title: "Measure Curvature",
    icon: "$(telescope)",
    enablement: `${trusted} && ${contextKeys.hasRuns}`,
    places: [{ menu: "view/item/context", when: `${checkpointItem} || ${liveItem}`, group: "2_use@4" }],
  },
  sampleText: {
    id: "descent.sampleText",
    title: "Sample Text from a Language Model...",
    shortTitle: "Sample Text...",
    icon: "$(quote)",
    enablement: `${trusted} && ${contextKeys.hasRuns}`,
    places: [{ menu: "view/item/context", when: checkpointItem, group: "2_use@3" }],
  },
  openRunFile: {
    id: "descent.openRunFile",
    title: "Show File of Run",
    shortTitle: "Open Training File",
    icon: "$(go-to-file)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "3_look@1" }],
  },
  revealRun: {
    id: "descent.revealRun",
    title: "Reveal Run Folder",
    shortTitle: "Reveal Folder",
    icon: "$(folder-opened)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "3_look@2" }],
  },
  deleteRun: {
    id: "descent.deleteRun",
    title: "Delete Run...",
    shortTitle: "Delete...",
    icon: "$(trash)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: endedItem, group: "inline@9" }],
  },
  compareRuns: {
    id: "descent.compareRuns",
    title: "Compare Runs...",
    icon: "$(split-horizontal)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: comparableItem, group: "3_many@1" }],
  },
  saveReport: {
    id: "descent.saveReport",
    title: "Save Report...",
    icon: "$(output)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "3_many@2" }],
  },
  tagRuns: {
    id: "descent.tagRuns",
    title: "Tag Runs...",
    shortTitle: "Tag...",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "4_label@1" }],
  },
  noteRun: {
    id: "descent.noteRun",
    title: "Write a Note on a Run...",
    shortTitle: "Note...",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "4_label@2" }],
  },
  archiveRuns: {
    id: "descent.archiveRuns",
    title: "Archive Runs, or Take Them out...",
    shortTitle: "Archive",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: anyItem, group: "4_label@3" }],
  },
  arrangeRuns: {
    id: "descent.arrangeRuns",
    title: "Filter, Sort and Group Runs...",
    icon: "$(filter)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/title", when: inRuns, group: "navigation@4" }],
  },
  openLogs: {
    id: "descent.openLogs",
    title: "Open TensorBoard Logs...",
    icon: "$(graph)",
    places: [
      { menu: "explorer/context", when: "explorerResourceIsFolder", group: "navigation@92" },
      { menu: "view/title", when: inRuns, group: "1_open@1" },
    ],
  },
  closeLogs: {
    id: "descent.closeLogs",
    title: "Close Logs",
    icon: "$(close)",
    enablement: contextKeys.hasRuns,
    places: [{ menu: "view/item/context", when: loggedItem, group: "inline@9" }],
  },
  newTrainingFile: {
    id: "descent.newTrainingFile",
    title: "Write a New Training File...",
    shortTitle: "New Training File...",
    icon: "$(new-file)",
    enablement: "workspaceFolderCount != 0",
    places: [{ menu: "view/title", when: inRuns, group: "navigation@2" }],
  },
  refreshRuns: {
    id: "descent.refreshRuns",
    title: "Refresh Runs",
    shortTitle: "Refresh",
    icon: "$(refresh)",
    places: [{ menu: "view/title", when: inRuns, group: "navigation@3" }],
  },
  showDevices: { id: "descent.showDevices", title: "Show Devices", icon: "$(circuit-board)", enablement: trusted },
  installCuda: { id: "descent.installCuda", title: "Install CUDA Support", icon: "$(cloud-download)", enablement: trusted },
  removeCuda: { id: "descent.removeCuda", title: "Remove CUDA Support", enablement: trusted },
  showLog: { id: "descent.showLog", title: "Show Log", icon: "$(output)" },
  showStep: { id: "descent.showStep", title: "Show Step in Chart", internal: true },
  showRule: { id: "descent.showRule", title: "Show Rule", internal: true },
} as const satisfies Record<string, CommandContribution>;
export type CommandName = keyof typeof commands;

export const views = {
  runs: { id: "descent.runs", name: "Runs", icon: "media/icon.svg" },
} as const;

/** The activity bar's container; it holds the views. */
export const viewContainer = { id: "descent", title: "Descent", icon: "media/icon.svg" } as const;

/** Publisher and name: the authority of links into the product. */
export const extensionId = "descent.descent";

/** The live panel's kind, for its serializer and for `activeWebviewPanelId`. */
export const runPanelType = "descent.run";

/** The kind of the panel that compares runs, for its serializer. */
export const comparePanelType = "descent.compare";

/** The search panel's kind, for its serializer. */
export const searchPanelType = "descent.searchPanel";

/** The panel of several runs of one file. */
export const groupPanelType = "descent.group";

/** The kind of panel in which a fix is tried. */
export const tryPanelType = "descent.try";

/** Every setting, with its schema as package.json has it. `restricted`: an untrusted workspace's value is not used. */
export const settings = {
  runsFolder: {
    key: "descent.runs.folder",
    restricted: true,
    schema: {
      type: "string",
      default: "",
      scope: "resource",
      order: 1,
      markdownDescription:
        "Folder in which each run gets a folder of its own. Empty: `runs` beside the training file. A relative path starts at the training file's workspace folder.",
    },
  },
  device: {
    key: "descent.device",
    restricted: true,
    schema: {
      type: "string",
      default: "auto",
      scope: "machine-overridable",
      order: 2,
      pattern: "^(auto|cpu|cuda(:[0-9]+)?|webgpu)$",
      patternErrorMessage: "Write auto, cpu, cuda, cuda:1 (the second GPU) or webgpu.",
      markdownDescription:
        "Where to train a file that does not say its `device`: `auto`, `cpu`, `cuda`, `cuda:1` (the second GPU) or `webgpu`. With `auto` Descent takes the best that is usable.",
    },
  },
  threads: {
    key: "descent.threads",
    restricted: false,
    schema: {
      type: "integer",
      default: 0,
      minimum: 0,
      maximum: 1024,
      scope: "machine-overridable",
      order: 3,
      markdownDescription:
        "Processor threads for a file that does not say its `threads`. 0: measured once, before a model's first run (small models are faster on one). The last digits of a loss depend on it.",
    },
  },
  cudaIndex: {
    key: "descent.cuda.index",
    restricted: true,
    schema: {
      type: "string",
      default: "",
      scope: "machine",
      order: 6,
      pattern: "^((https?|file)://.+)?$",
      patternErrorMessage: "Write the address of an index of Python packages, such as https://HOST/simple.",
      markdownDescription:
        "Index of Python packages that `Descent: Install CUDA Support` asks. Empty: the one that pip is set to (its configuration files and `PIP_INDEX_URL`), else PyPI.",
    },
  },
  refreshInterval: {
    key: "descent.charts.refreshInterval",
    restricted: false,
    schema: {
      type: "integer",
      default: 50,
      minimum: 33,
      maximum: 100,
      scope: "window",
      order: 4,
      markdownDescription: "Milliseconds between two updates of a live panel, however fast training is. 33 is about 30 updates a second, 100 is 10.",
    },
  },
  rules: {
    key: "descent.rules",
    restricted: false,
    schema: {
      type: "object",
      default: {},
      scope: "resource",
      order: 5,
      additionalProperties: {
        anyOf: [
          { type: "string", enum: ["off", "info", "warning", "error"] },
          { type: "object", description: "Options of the rule; its page names them." },
        ],
      },
      markdownDescription:
        "Rules to silence, or to report in another severity: `{ \"no-validation-data\": \"off\" }`. A training file's own `diagnostics.rules` come first.",
    },
  },
  hintShape: hintSetting("outputShape", 6, "Shows the shape of each layer's output behind it, without the batch, once the data have been read."),
  hintParameters: hintSetting("parameters", 7, "Shows how many values each layer learns."),
  hintOperations: hintSetting("operations", 8, "Shows how many multiply-adds each layer does for one example."),
} as const;

/** A part of the hints behind layers. */
function hintSetting(part: string, order: number, markdownDescription: string) {
  return { key: `descent.inlayHints.${part}`, restricted: false, schema: { type: "boolean", default: true, scope: "resource", order, markdownDescription } } as const;
}

/** Text of the Runs view while it is empty. */
const welcome = [
  {
    view: views.runs.id,
    contents: `No run yet. Open a training file and choose Train.\n[Train](command:${commands.train.id})\n[New Training File](command:${commands.newTrainingFile.id})\nLogs of PyTorch, Lightning, Keras and JAX are shown the same way.\n[Open TensorBoard Logs](command:${commands.openLogs.id})`,
    when: `${trusted} && workspaceFolderCount != 0`,
  },
  {
    view: views.runs.id,
    contents: "No folder is open. Open one that holds data or a training file (`NAME.train.yaml`).\n[Open Folder](command:vscode.openFolder)",
    when: "workspaceFolderCount == 0",
  },
  {
    view: views.runs.id,
    contents: "This workspace is not trusted: files are checked and runs can be looked at, but nothing is trained.\n[Manage Trust](command:workbench.trust.manage)",
    when: `!${trusted} && workspaceFolderCount != 0`,
  },
];

/** package.json's `contributes`. */
export function contributes() {
  const list: readonly CommandContribution[] = Object.values(commands);
  const menus: Record<string, object[]> = {};
  const add = (menu: string, item: object) => (menus[menu] ??= []).push(item);
  for (const command of list) {
    for (const { menu, when, group } of command.places ?? []) add(menu, { command: command.id, when, group });
    if (command.internal) add("commandPalette", { command: command.id, when: "false" });
  }
  return {
    commands: list.map(({ id, title, shortTitle, icon, enablement }) => ({ command: id, title, shortTitle, category: "Descent", icon, enablement })),
    menus,
    viewsContainers: { activitybar: [viewContainer] },
    views: { [viewContainer.id]: [views.runs] },
    viewsWelcome: welcome,
    configuration: { title: "Descent", properties: Object.fromEntries(Object.values(settings).map(({ key, schema }) => [key, schema])) },
  };
}

/** What makes the editor load the extension beyond its commands and views: a training file in the workspace or in front, a panel that comes back. */
export const activationEvents = ["workspaceContains:**/*.train.yaml", "workspaceContains:**/*.train.json", "onLanguage:yaml", "onLanguage:json", `onWebviewPanel:${runPanelType}`, `onWebviewPanel:${searchPanelType}`, `onWebviewPanel:${groupPanelType}`, `onWebviewPanel:${comparePanelType}`, "onUri"];

/** package.json's `capabilities`. */
export const capabilities = {
  untrustedWorkspaces: {
    supported: "limited",
    description: "Training files are checked and runs can be looked at; nothing is trained, evaluated or exported, and settings that name folders or devices are not used.",
    restrictedConfigurations: Object.values(settings).filter((setting) => setting.restricted).map((setting) => setting.key),
  },
  virtualWorkspaces: { supported: false, description: "Training reads and writes files on a disk." },
};
