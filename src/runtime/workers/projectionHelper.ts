/** A worker thread that helps another to lay points out: it waits in the shared memory for tasks until it is sent home. */
import { workerData } from "node:worker_threads";
import { help, type HandedToHelper } from "../../engine/projection/team.js";

help(workerData as HandedToHelper);
