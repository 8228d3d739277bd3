import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { resolveRunsFolder } from "../../../src/host/runs/runsFolder.js";

const file = path.resolve("/work space/models/a.train.yaml");
const workspaceFolder = path.resolve("/work space");

describe("resolveRunsFolder", () => {
  it("is runs beside the file where nothing is set", () => {
    expect(resolveRunsFolder("", file, workspaceFolder)).toBe(path.resolve("/work space/models/runs"));
    expect(resolveRunsFolder("  ", file, null)).toBe(path.resolve("/work space/models/runs"));
  });

  it("takes a relative path from the workspace folder, or from the file where it lies in none", () => {
    expect(resolveRunsFolder("out/runs", file, workspaceFolder)).toBe(path.resolve("/work space/out/runs"));
    expect(resolveRunsFolder("out", file, null)).toBe(path.resolve("/work space/models/out"));
  });

  it("takes absolute paths and the home folder as they are", () => {
    expect(resolveRunsFolder(path.resolve("/elsewhere"), file, workspaceFolder)).toBe(path.resolve("/elsewhere"));
    expect(resolveRunsFolder("~/runs", file, workspaceFolder)).toBe(path.join(os.homedir(), "runs"));
  });
});
