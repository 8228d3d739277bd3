/** A search that goes on in another process, seen from a client: asked over its socket, heard from there. */
import net from "node:net";
import { DescentError } from "../../common/errors.js";
import { createJsonLines } from "../../common/jsonLines.js";
import { searchMessageSchema, type SearchClientMessage, type SearchMessage } from "../../protocol/search.js";
import { readSearchManifest } from "../search/searchFolder.js";

export interface SearchHandle {
  readonly folder: string;
  /** Settles when the search has ended or its process is gone. */
  readonly closed: Promise<void>;
  onMessage(listener: (message: SearchMessage) => void): void;
  send(message: Exclude<SearchClientMessage, { message: "attach" }>): void;
  /** Goes away; a search that no editor looks after any more ends within half a minute. */
  dispose(): void;
}

/** Attaches to a search, as an editor unless said otherwise. Throws `search-not-live` where nothing answers, and what reading its manifest throws. */
export async function attachSearch(folder: string, client: "host" | "cli" = "host"): Promise<SearchHandle> {
  const { socket: address, id } = await readSearchManifest(folder);
  const dead = (cause: string) => new DescentError("search-not-live", `The search ${id} is not going on${cause}.`, { file: folder });
  if (address === null) throw dead("");
  const socket = await new Promise<net.Socket>((resolve, reject) => {
    const made = net.connect(address);
    made.once("connect", () => resolve(made));
    made.once("error", (error) => reject(dead(`: ${error.message}`)));
  });
  socket.setEncoding("utf8");
  socket.on("error", () => {}); // `close` follows
  const listeners = new Set<(message: SearchMessage) => void>();
  const read = createJsonLines((value) => {
    const checked = searchMessageSchema.safeParse(value);
    if (checked.success) for (const listener of listeners) listener(checked.data);
  });
  socket.on("data", (text: string) => read(text));
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const send = (message: SearchClientMessage): void => {
    if (socket.writable) socket.write(JSON.stringify(message) + "\n");
  };
  send({ message: "attach", client });
  return { folder, closed, send, onMessage: (listener) => void listeners.add(listener), dispose: () => socket.end() };
}
