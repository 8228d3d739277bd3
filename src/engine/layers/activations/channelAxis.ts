/** The axis that softmax runs over: the channels of images [batch, channels, height, width], else the last. */
export function channelAxis(rank: number): number {
  return rank === 4 ? 1 : -1;
}
