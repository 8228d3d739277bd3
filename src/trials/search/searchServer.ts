/** The search's end of its local socket: clients ask, and hear how it goes. What is lasting is in the journal. */
import net from "node:net";
import { createJsonLines } from "../../common/jsonLines.js";
import { searchClientMessageSchema, type SearchClientMessage, type SearchMessage } from "../../protocol/search.js";
import { listenForRun, removeSocketFolder } from "../../runs/socketAddress.js";

/** A client that lets this many bytes wait is cut off; the journal tells it what it missed. */
const longestBacklog = 16 * 1024 * 1024;

export type SearchRequest = Exclude<SearchClientMessage, { message: "attach" }>;

export class SearchServer {
  address = "";
  private readonly server: net.Server;
  /** Clients that have attached, by what they are. */
  private readonly clients = new Map<net.Socket, "host" | "cli">();

  constructor(
    private readonly folder: string,
    private readonly hooks: { readonly onAttach: () => SearchMessage; readonly onRequest: (request: SearchRequest) => void; readonly onClientsChanged: () => void },
  ) {
    this.server = net.createServer((socket) => this.accept(socket));
  }

  /** Starts to listen; `address` says where. Throws what the system throws. */
  async listen(): Promise<void> {
    this.address = await listenForRun(this.server, this.folder);
  }

  get hosts(): number {
    return [...this.clients.values()].filter((kind) => kind === "host").length;
  }

  broadcast(message: SearchMessage): void {
    for (const socket of this.clients.keys()) write(socket, message);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.clients.keys()) {
      socket.end();
      setTimeout(() => socket.destroy(), 2000).unref();
    }
    await closed;
    removeSocketFolder(this.address, this.folder);
  }

  private accept(socket: net.Socket): void {
    socket.setEncoding("utf8");
    socket.on("error", () => {}); // `close` follows
    const read = createJsonLines((value) => {
      const checked = searchClientMessageSchema.safeParse(value);
      if (!checked.success) return write(socket, { event: "log", level: "error", text: `a message to the search was not understood (${checked.error.issues[0].path.join(".")})` });
      if (checked.data.message !== "attach") return this.hooks.onRequest(checked.data);
      if (this.clients.has(socket)) return;
      write(socket, this.hooks.onAttach());
      this.clients.set(socket, checked.data.client);
      this.hooks.onClientsChanged();
    });
    socket.on("data", (text: string) => read(text));
    socket.on("close", () => {
      if (this.clients.delete(socket)) this.hooks.onClientsChanged();
    });
  }
}

function write(socket: net.Socket, message: SearchMessage): void {
  if (!socket.writable) return;
  socket.write(JSON.stringify(message) + "\n");
  if (socket.writableLength > longestBacklog) socket.destroy();
}
