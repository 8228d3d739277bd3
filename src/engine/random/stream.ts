/**
 * Random numbers without a state to carry: every use has a stream of its own, found from the run's seed, a purpose and
 * an index (an epoch, a step, a parameter). A resumed run therefore draws what an unbroken one would have drawn.
 *
 * The stream is xoshiro128** (Blackman and Vigna, 2018), its 128 bits filled by a murmur3-style mix of the three.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** `index` is an integer from 0; equal arguments give equal streams, on every machine. */
  constructor(seed: number, purpose: string, index = 0) {
    const mix = new Mixer();
    mix.add(seed | 0);
    mix.add(Math.floor(seed / 2 ** 32) | 0);
    for (let i = 0; i < purpose.length; i++) mix.add(purpose.charCodeAt(i));
    mix.add(index | 0);
    mix.add(Math.floor(index / 2 ** 32) | 0);
    this.#a = mix.take();
    this.#b = mix.take();
    this.#c = mix.take();
    this.#d = mix.take() | 1; // never all zero
  }

  /** The next 32 bits, as an integer within [0, 2^32). */
  bits(): number {
    const s = Math.imul(this.#b, 5);
    const result = Math.imul((s << 7) | (s >>> 25), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** Uniform within [0, 1), 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** Standard normal: Box and Muller's transform, one of its two values. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** An integer within [0, bound), each equally likely; `bound` within [1, 2^32]. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % bound;
    }
  }

  /** Shuffles in place, every order equally likely (Fisher and Yates). */
  shuffle(values: { length: number; [index: number]: number }): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}

/** murmur3's block mix and finaliser over a row of 32-bit words. */
class Mixer {
  #h = 0x9e3779b9;
  #count = 0;

  add(word: number): void {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    this.#h ^= k;
    this.#h = (Math.imul((this.#h << 13) | (this.#h >>> 19), 5) + 0xe6546b64) | 0;
    this.#count++;
  }

  take(): number {
    this.add(this.#count);
    let h = this.#h ^ this.#count;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return h ^ (h >>> 16);
  }
}
