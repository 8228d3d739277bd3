import { describe, expect, it } from "vitest";
import { parseRunLink, runLinkQuery } from "../../../src/host/panels/runLinkQuery.js";

describe("links to runs", () => {
  it("come back as they were written, whatever the folder is called", () => {
    for (const link of [{ folder: "/home/a b/run&ä=1?#", step: 412 }, { folder: "C:\\runs\\x", step: null }]) expect(parseRunLink(runLinkQuery(link))).toEqual(link);
  });

  it("need a folder; a step that is none is left out", () => {
    expect(parseRunLink("step=4")).toBeNull();
    expect(parseRunLink("folder=%2Fx&step=-3")).toEqual({ folder: "/x", step: null });
    expect(parseRunLink("folder=%2Fx&step=soon")).toEqual({ folder: "/x", step: null });
  });
});
