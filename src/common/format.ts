/** Made when it is first needed: that takes 15 ms. */
let grouped: Intl.NumberFormat | undefined;

/**
 * A value as the panel writes it: three significant digits, thousands separated, those below 0.01 and huge ones as `3.2e-4`.
 * NaN and the infinities keep their names. `digits` is the number of significant digits, 3 or 4.
 */
export function formatValue(x: number, digits = 3): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 0.009995 || size >= 1e7) return exponent(x, digits);
  if (Number.isInteger(x) || size >= 10 ** digits) return formatCount(x);
  return minus(x.toPrecision(digits));
}

/** `1e-3`, `3.25e-4`: the mantissa without trailing zeros. */
function exponent(x: number, digits: number): string {
  const [mantissa, power] = x.toExponential(digits - 1).split("e");
  return minus(`${Number(mantissa)}e${Number(power)}`);
}

/** A setting such as a learning rate, as a person would type it: `1e-3`, `0.05`, `1e9`, no padding zeros. */
export function formatSetting(x: number): string {
  if (!Number.isFinite(x) || x === 0) return formatValue(x);
  if (Math.abs(x) < 0.0099995 || Math.abs(x) >= 999_500) return exponent(x, 3);
  return minus(String(Number(x.toPrecision(3))));
}

/** A whole number, thousands separated. */
export function formatCount(x: number): string {
  grouped ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  return minus(grouped.format(x));
}

/** A number of things: `1 trial`, `1,200 trials`. */
export function formatCountOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** Bytes as `812 B`, `3.4 kB`, `1.2 GB`: powers of a thousand. */
export function formatBytes(bytes: number): string {
  const units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const;
  for (const [size, unit] of units) if (bytes >= size) return `${Number((bytes / size).toPrecision(3))} ${unit}`;
  return `${Math.round(bytes)} B`;
}

/** A large count in short, for narrow places: `52.1 k`, `1.23 M`. */
export function formatShort(x: number): string {
  const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const;
  for (const [size, unit] of units) if (Math.abs(x) >= size) return `${(x / size).toPrecision(3)} ${unit}`;
  return formatCount(x);
}

/** A span of time: `0:04`, `12:30`, `1:02:03`. Seconds, rounded down; NaN and negative spans read `0:00`. */
export function formatDuration(seconds: number): string {
  const total = seconds > 0 && Number.isFinite(seconds) ? Math.floor(seconds) : 0;
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** A score within [0, 1] in percent, for columns of them: one decimal but for none and all: `96.4 %`, `100 %`; NaN as a dash. */
export function formatScore(score: number): string {
  if (!Number.isFinite(score)) return "–";
  if (score <= 0 || score >= 1) return formatShare(score);
  // never round up to all or down to none what is not
  return `${Math.min(99.9, Math.max(0.1, score * 100)).toFixed(1)} %`;
}

/** A share of 1 in percent, without decimals but at the ends, where 99.6 % is not yet all: `58 %`, `99.6 %`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = share * 100;
  const decimals = (percent > 99 && percent < 100) || (percent > 0 && percent < 1) ? 1 : 0;
  // never round up to "100" or down to "0" what is not
  const shown = decimals === 1 ? Math.min(99.9, Math.max(0.1, percent)) : percent;
  return `${shown.toFixed(decimals)} %`;
}

function minus(text: string): string {
  return text.replaceAll("-", "−").replace(/e−/, "e-");
}
