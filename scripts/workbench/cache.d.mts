/** The user's cache folder for Descent's development tools. */
export function cacheFolder(): string;
