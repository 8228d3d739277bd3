/** Imported before any schema: zod would try to compile its checks with eval, which the page's content policy forbids. */
import { config } from "zod";

config({ jitless: true });
