/** Decimal numbers from bytes of text, as `Number` reads them. */

/** Powers of ten that a float64 holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Digits that a float64 holds exactly, whichever they are. */
const exactDigits = 15;

/**
 * Reads rows of numbers. Up to 15 digits with an exponent within 22 are one whole number times or divided by a power of ten, both exact, so that the
 * result is the nearest float64 (Clinger, How to Read Floating Point Numbers Accurately, 1990); others go through `Number`.
 */
export class NumberReader {
  /** The same bytes as characters, made when it is first needed. */
  private text: string | null = null;

  constructor(private readonly bytes: Uint8Array) {}

  /**
   * The cells of [start, end) into `values`, NaN for an empty one; false where there are not as many as `values` has, or one is neither empty nor a
   * plain decimal number.
   */
  row(start: number, end: number, delimiter: number, values: Float64Array): boolean {
    const { bytes } = this;
    let cell = 0;
    for (let at = start; ; at++) {
      if (cell === values.length) return false;
      while (at < end && bytes[at] === 0x20) at++;
      const from = at;
      const first = bytes[at];
      if (at < end && (first === 0x2d || first === 0x2b)) at++;
      let [mantissa, digits, exponent, any] = [0, 0, 0, false];
      for (; at < end; at++) {
        const digit = bytes[at] - 0x30;
        if (digit < 0 || digit > 9) break;
        mantissa = mantissa * 10 + digit;
        if (mantissa > 0) digits++;
        any = true;
      }
      if (at < end && bytes[at] === 0x2e) {
        at++;
        for (; at < end; at++) {
          const digit = bytes[at] - 0x30;
          if (digit < 0 || digit > 9) break;
          mantissa = mantissa * 10 + digit;
          if (mantissa > 0) digits++;
          exponent--;
          any = true;
        }
      }
      if (any && at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
        at++;
        const sign = bytes[at];
        if (at < end && (sign === 0x2d || sign === 0x2b)) at++;
        let [power, given] = [0, false];
        for (; at < end; at++) {
          const digit = bytes[at] - 0x30;
          if (digit < 0 || digit > 9) break;
          power = power * 10 + digit;
          given = true;
        }
        if (!given) return false;
        exponent += sign === 0x2d ? -power : power;
      }
      if (!any && at > from) return false; // a sign or a point alone
      const behind = at;
      while (at < end && bytes[at] === 0x20) at++;
      if (at < end && bytes[at] !== delimiter) return false;
      if (!any) values[cell++] = Number.NaN;
      else if (digits > exactDigits || exponent > 22 || exponent < -22) {
        const value = Number(this.characters().slice(from, behind));
        if (!Number.isFinite(value)) return false;
        values[cell++] = value;
      } else {
        const size = exponent < 0 ? mantissa / powers[-exponent] : mantissa * powers[exponent];
        values[cell++] = first === 0x2d ? -size : size;
      }
      if (at >= end) return cell === values.length;
    }
  }

  private characters(): string {
    return (this.text ??= new TextDecoder("latin1").decode(this.bytes));
  }
}
