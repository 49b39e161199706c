// The way back into the LMS (LTI 1.3 core, 5.4.4: launch_presentation.return_url and its four parameters).

export type ReturnWords = {
  /** For the person, in a sentence: `lti_msg`. */
  message?: string;
  /** For the person, when something went wrong: `lti_errormsg`. */
  error?: string;
  /** For the platform's log, such as a reason code: `lti_log` and `lti_errorlog`. Never anything about a person. */
  log?: string;
  errorLog?: string;
};

/** Some platforms keep what we send in an address that may have two thousand characters. */
const longestWords = 300;

/**
 * A platform's return address with words added; its own query stays as it is. Null where there is none, or it is no
 * web address.
 * @param returnUrl from a token that has verified, and from no other: an address that a stranger chose would send
 *   people, and what we say of them, anywhere
 */
export function returnLink(returnUrl: string | null | undefined, { message, error, log, errorLog }: ReturnWords = {}): string | null {
  const url = URL.parse(returnUrl ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  for (const [name, words] of [['lti_msg', message], ['lti_errormsg', error], ['lti_log', log], ['lti_errorlog', errorLog]] as const) {
    if (words !== undefined) url.searchParams.set(name, words.slice(0, longestWords));
  }
  return url.href;
}
