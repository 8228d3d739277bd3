import { LogReader } from "./logReader.js";

/** Reads a folder of logs to its end, without keeping anything for later. Throws `log-missing`. */
export function readWholeLog(folder: string): LogReader {
  const reader = new LogReader(folder, null);
  while (!reader.advance(1000).done);
  reader.table.settle();
  return reader;
}
