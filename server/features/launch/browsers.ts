// Which browsers keep a partitioned cookie inside another site's frame (CHIPS).

/**
 * Whether a User-Agent is of a browser known to keep `Partitioned` cookies in frames: Chromium 114, Firefox 141,
 * Safari 26.2 and later (contract.md; MDN browser-compat-data, PR 28470). Unknown ones count as not keeping them:
 * then a small page finds out. On iOS every browser is WebKit, whatever it calls itself, so only Safari's own
 * version number says anything there.
 */
export function keepsPartitionedCookies(userAgent: string): boolean {
  const version = (pattern: RegExp): number => Number.parseFloat(pattern.exec(userAgent)?.[1] ?? '0');
  if (/\b(CriOS|FxiOS|EdgiOS)\//.test(userAgent)) return false;
  if (/\b(Chrome|Chromium|HeadlessChrome)\//.test(userAgent)) return version(/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/) >= 114;
  if (/\bFirefox\//.test(userAgent)) return version(/\bFirefox\/(\d+)/) >= 141;
  if (/\bSafari\//.test(userAgent)) {
    const [, major = '0', minor = '0'] = /\bVersion\/(\d+)\.(\d+)/.exec(userAgent) ?? [];
    return Number(major) > 26 || (Number(major) === 26 && Number(minor) >= 2);
  }
  return false;
}
