// The pages on the way in: they hold no data of anybody, may be framed by anyone, and say what to do.
import type { RefusalWords } from '../../lti/refusal.ts';
import type { Page } from '../../plugins/views.ts';

export type LoginInput = {
  /** The platform's authorisation endpoint with all its parameters; the page goes on there by itself. */
  authenticationUrl: string;
  /** Opens in a new window and goes on with this login's still unspent parameters. */
  windowUrl: string;
  /**
   * What to keep in the platform with `lti.put_data`, null when it offers no storage.
   * `target` is `lti_storage_target` as it came: `_parent` or the name of a frame in the parent. `origin` is exactly
   * that of the authorisation endpoint; answers from elsewhere are not heard.
   */
  storage: { target: string; origin: string; key: string; value: string } | null;
};

/**
 * `/lti/login` in a frame of a browser that is not known to keep our cookie (200).
 * The script stores, tries whether a partitioned cookie is kept, and within two seconds goes on; where neither
 * worked it offers the window. Without scripts both ways are plain links.
 */
export function loginPage({ authenticationUrl, windowUrl, storage }: LoginInput) {
  return {
    template: 'launch/login',
    data: { title: 'Opening Coachline', authenticationUrl, windowUrl, settings: JSON.stringify({ authenticationUrl, storage }) },
  } satisfies Page;
}

export type StorageInput = {
  /** Where the proof is posted, an address of ours. */
  postUrl: string;
  /** Hidden fields that go with it, such as `state` and `id_token`. */
  fields: { name: string; value: string }[];
  /** Name of the field that the script fills with what the platform kept. */
  secretField: string;
  /** Name of the field that the script fills when the platform gave nothing. */
  problemField: string;
  /** As in `LoginInput`, for `lti.get_data`. */
  storage: { target: string; origin: string; key: string };
};

/** `POST /lti/launch` without the cookie, when storage was offered at login (200): fetches by postMessage and posts on, within two seconds. */
export function storagePage({ postUrl, fields, secretField, problemField, storage }: StorageInput) {
  return {
    template: 'launch/storage',
    data: { title: 'Opening Coachline', postUrl, fields, secretField, problemField, settings: JSON.stringify({ storage }) },
  } satisfies Page;
}

/**
 * Where the browser keeps nothing for us in a frame.
 * With `windowUrl` (a ticket good once, 60 seconds; 200) one press opens the page in a window. Without (401) the
 * page says how to open the link in a window of its own; `reference` is then the request's id.
 */
export function newWindowPage({ windowUrl, reference }: { windowUrl: string; reference: null } | { windowUrl: null; reference: string }) {
  return { template: 'launch/new-window', data: { title: 'Open Coachline in a window', windowUrl, reference } } satisfies Page;
}

export type RefusedInput = {
  /** What happened and what to do, from lti/refusal.ts. */
  words: Pick<RefusalWords, 'title' | 'happened' | 'toDo' | 'mender'>;
  reference: string;
  /** The page this browser already holds a sign-in for (a launch sent twice, or Back): null otherwise. */
  openHref: string | null;
  /** Back into the LMS, with the reason for it to show; only where the token had verified. */
  returnHref?: string | null;
  /** Why the platform stopped, in its own words. */
  platformSays?: string | null;
};

/** Any refused login or launch (4xx, 424). */
export function refusedPage({ words, reference, openHref, returnHref = null, platformSays = null }: RefusedInput) {
  return {
    template: 'launch/refused',
    data: { title: words.title, heading: words.title, what: words.happened, todo: words.toDo, isForAdministrator: words.mender !== 'person', reference, openHref, returnHref, platformSays },
  } satisfies Page;
}

/** A launch from a deployment that nobody has approved (403): which id to approve. */
export function deploymentWaitingPage(input: { platformName: string; issuer: string; clientId: string; deploymentId: string; reference: string }) {
  return { template: 'launch/deployment-waiting', data: { title: 'Waiting for approval', ...input } } satisfies Page;
}
