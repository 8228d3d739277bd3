/**
 * Has schemas interpreted. The library compiles each to a function when it is first used, which pays where thousands of values are checked: a command or a run checks
 * a file and some messages a second, and spent 40 ms of its start on that. To be imported before any schema is made.
 */
import { config } from "zod";

config({ jitless: true });
