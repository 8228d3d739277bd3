import { colorJitter } from "./colorJitter.js";
import { crop } from "./crop.js";
import { cutout } from "./cutout.js";
import type { AugmentationKind } from "./defineAugmentation.js";
import { flipHorizontal } from "./flipHorizontal.js";
import { flipVertical } from "./flipVertical.js";
import { mixup } from "./mixup.js";
import { noise } from "./noise.js";
import { rotate } from "./rotate.js";
import { shift } from "./shift.js";

/** Every augmentation by its name in the training file. */
export const augmentations: ReadonlyMap<string, AugmentationKind> = new Map([flipHorizontal, flipVertical, crop, shift, rotate, colorJitter, cutout, mixup, noise].map((kind) => [kind.kind, kind]));
