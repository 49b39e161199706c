// Pages about being signed in.
import type { Page } from '../../plugins/views.ts';

/** `GET /signed-out`: holds no data, so that it may be shown to anybody. */
export function signedOutPage() {
  return { template: 'people/signed-out', data: { title: 'Signed out' } } satisfies Page;
}
