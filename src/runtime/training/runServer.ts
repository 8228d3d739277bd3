/** The run's end of its local socket: clients come and go, each hears every event from when it attached. */
import net from "node:net";
import { createJsonLines } from "../../common/jsonLines.js";
import { clientMessageSchema, type ClientMessage, type RuntimeMessage } from "../../protocol/runtime.js";
import { listenForRun, removeSocketFolder } from "../../runs/socketAddress.js";

/** A client that lets this many bytes wait is cut off; it can attach again and read what it missed from the run's folder. */
const longestBacklog = 64 * 1024 * 1024;
/** How long a checkpoint waits for a command line to print what it received. */
const flushTimeout = 2000;

export interface Client {
  readonly kind: "host" | "cli";
  panel: boolean;
  send(message: RuntimeMessage): void;
}

/** What the run does with its clients. */
export interface RunServerOptions {
  /** The answer to `attach`; everything broadcast later follows it. */
  readonly onAttach: () => RuntimeMessage;
  readonly onMessage: (message: ClientMessage, client: Client) => void;
  /** A client came, went, or began or ceased to look. */
  readonly onClientsChanged: () => void;
}

export class RunServer {
  address = "";
  private readonly server: net.Server;
  private readonly clients = new Map<Client, net.Socket>();
  private readonly unprinted = new Map<number, () => void>();
  private nextFlush = 1;

  constructor(
    private readonly runFolder: string,
    private readonly options: RunServerOptions,
  ) {
    this.server = net.createServer((socket) => this.accept(socket));
  }

  /** Starts to listen; `address` says where. */
  async listen(): Promise<void> {
    this.address = await listenForRun(this.server, this.runFolder);
  }

  broadcast(message: RuntimeMessage): void {
    if (this.clients.size === 0) return;
    const line = JSON.stringify(message) + "\n";
    for (const socket of this.clients.values()) write(socket, line);
  }

  has(kind: Client["kind"]): boolean {
    return [...this.clients.keys()].some((client) => client.kind === kind);
  }

  /** Whether anyone looks at a panel. */
  get watched(): boolean {
    return [...this.clients.keys()].some((client) => client.panel);
  }

  /** Settles when every command line has printed what it was sent, has gone, or has taken too long. */
  async printed(): Promise<void> {
    const waits = [...this.clients].filter(([client]) => client.kind === "cli").map(([client, socket]) => {
      const id = this.nextFlush++;
      return new Promise<void>((resolve) => {
        const settle = () => {
          clearTimeout(timer);
          socket.off("close", settle);
          resolve();
        };
        const timer = setTimeout(settle, flushTimeout);
        this.unprinted.set(id, settle);
        socket.once("close", settle);
        client.send({ event: "flush", id });
      }).finally(() => this.unprinted.delete(id));
    });
    await Promise.all(waits);
  }

  /** Says goodbye to the clients, once they have received everything, and stops to listen. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.clients.values()) {
      socket.end();
      setTimeout(() => socket.destroy(), 2000).unref();
    }
    await closed;
    removeSocketFolder(this.address, this.runFolder);
  }

  private accept(socket: net.Socket): void {
    socket.setEncoding("utf8");
    socket.on("error", () => {}); // `close` follows
    let client: Client | null = null;
    const read = createJsonLines((value) => {
      const checked = clientMessageSchema.safeParse(value);
      if (!checked.success) return write(socket, JSON.stringify({ event: "log", level: "error", text: `a message to the run was not understood (${checked.error.issues[0].path.join(".")})` }) + "\n");
      const message = checked.data;
      if (message.message === "attach") client ??= this.attach(socket, message.client, message.panel);
      else if (client) this.handle(message, client);
    });
    socket.on("data", (text: string) => read(text));
    socket.on("close", () => {
      if (client && this.clients.delete(client)) this.options.onClientsChanged();
    });
  }

  private attach(socket: net.Socket, kind: Client["kind"], panel: boolean): Client {
    const client: Client = { kind, panel, send: (message) => write(socket, JSON.stringify(message) + "\n") };
    client.send(this.options.onAttach());
    this.clients.set(client, socket);
    this.options.onClientsChanged();
    return client;
  }

  private handle(message: ClientMessage, client: Client): void {
    if (message.message === "flushed") return this.unprinted.get(message.id)?.();
    if (message.message === "watch") {
      client.panel = message.panel;
      return this.options.onClientsChanged();
    }
    this.options.onMessage(message, client);
  }
}

function write(socket: net.Socket, line: string): void {
  if (!socket.writable) return;
  socket.write(line);
  if (socket.writableLength > longestBacklog) socket.destroy();
}
