// How many runs a chart of n useful points may have before the number is a signal.

/**
 * Lower and upper limit by the number of useful points, 10 to 60. Too few runs are fewer than the lower limit, too many
 * are more than the upper.
 *
 * Source: Swed FS, Eisenhart C. Ann Math Stat 1943;14:66-87, as Perla RJ, Provost LP, Murray SK print it in BMJ Qual Saf
 * 2011;20(1):46-51. Every even n agrees with the exact one-sided 5 % points for n/2 useful points on each side
 * (test/domain/run-chart.test.ts computes them). The odd n from 27 up were put down from memory of the printed table and
 * may be off by one.
 */
export const runsTable: Readonly<Record<number, readonly [lower: number, upper: number]>> = {
  10: [3, 9], 11: [3, 10], 12: [3, 11], 13: [4, 11], 14: [4, 12], 15: [5, 12], 16: [5, 13], 17: [5, 13], 18: [6, 14], 19: [6, 15],
  20: [6, 16], 21: [7, 16], 22: [7, 17], 23: [7, 17], 24: [8, 18], 25: [8, 18], 26: [9, 19], 27: [10, 19], 28: [10, 20], 29: [10, 20],
  30: [11, 21], 31: [11, 22], 32: [11, 23], 33: [12, 23], 34: [12, 24], 35: [12, 24], 36: [13, 25], 37: [13, 25], 38: [14, 26], 39: [14, 26],
  40: [15, 27], 41: [15, 27], 42: [16, 28], 43: [16, 28], 44: [17, 29], 45: [17, 30], 46: [17, 31], 47: [18, 31], 48: [18, 32], 49: [19, 32],
  50: [19, 33], 51: [20, 33], 52: [20, 34], 53: [21, 34], 54: [21, 35], 55: [22, 35], 56: [22, 36], 57: [23, 36], 58: [23, 37], 59: [24, 38],
  60: [24, 38],
};
