/**
 * Ten class colours for each kind of background, told apart by normal sight and by people without red, green or blue cones: found by a
 * search for the greatest least distance in OKLab under Machado's (2009) simulation of the three, contrast to the background at least
 * 2.5 to 1. A test holds the distance.
 */
export const classColours = {
  dark: ["#90a4fa", "#f3ab16", "#d92d12", "#5fd990", "#ab65f8", "#c28c5f", "#f56fba", "#eee22c", "#7268b6", "#77f3ee"],
  light: ["#267ce9", "#cd9b4d", "#ad200f", "#117c6a", "#7016ca", "#732b49", "#ca46ac", "#908110", "#364987", "#51b4a4"],
} as const;
