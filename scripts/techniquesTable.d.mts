import type { Section } from "./techniques.mjs";

export const sections: readonly Section[];
