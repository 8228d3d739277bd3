/** How a surface is looked at, and where its points come to lie on the screen. */

export interface View {
  /** Turn about the vertical axis, radians. */
  readonly turn: number;
  /** Height of the eye above the floor, radians: 0 looks from the side, half of pi from above. */
  readonly tilt: number;
  /** 1 shows all. */
  readonly zoom: number;
}

export const firstView: View = { turn: -0.65, tilt: 0.55, zoom: 1 };

/** Height of the box, by the sides of its floor. */
const boxHeight = 0.62;
/** How far the eye is from the middle of the floor, by its sides. */
const distance = 4.2;

/** A point on the screen, and how far it is from the eye: larger is farther. */
export interface Seen {
  readonly left: number;
  readonly top: number;
  readonly depth: number;
}

/** From places in the box - floor -0.5 to 0.5 each way, height 0 to 1 - to a screen of this size. */
export function projectionOf({ turn, tilt, zoom }: View, width: number, height: number): (x: number, y: number, z: number) => Seen {
  const [ct, st, cu, su] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const size = Math.min(width * 0.76, height * 0.92) * zoom;
  return (x, y, z) => {
    const up = (z - 0.5) * boxHeight;
    const across = x * ct - y * st;
    const away = x * st + y * ct;
    const depth = away * cu - up * su;
    const scale = (size * distance) / (distance + depth);
    return { left: width / 2 + across * scale, top: height * 0.47 - (up * cu + away * su) * scale, depth };
  };
}

/** A view that has been turned by a drag of so many pixels, or by keys. */
export function turned(view: View, { turn = 0, tilt = 0, zoom = 1 }: Partial<View>): View {
  const around = (view.turn + turn) % (2 * Math.PI);
  return { turn: around, tilt: Math.min(Math.PI / 2, Math.max(0, view.tilt + tilt)), zoom: Math.min(4, Math.max(0.5, view.zoom * zoom)) };
}

/** The view after a key: arrows turn and tilt, plus and minus come nearer, 0 and Home go back; null: the key does nothing. */
export function viewAfterKey(view: View, key: string, shift: boolean): View | null {
  const step = ((shift ? 15 : 5) * Math.PI) / 180;
  switch (key) {
    case "ArrowLeft": return turned(view, { turn: -step });
    case "ArrowRight": return turned(view, { turn: step });
    case "ArrowUp": return turned(view, { tilt: step });
    case "ArrowDown": return turned(view, { tilt: -step });
    case "+": case "=": return turned(view, { zoom: 1.15 });
    case "-": return turned(view, { zoom: 1 / 1.15 });
    case "0": case "Home": return firstView;
    default: return null;
  }
}
