// The pages on the way in: they hold no data of anybody, may be framed by anyone, and say what to do.
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
  /** As in `LoginInput`, for `lti.get_data`. */
  storage: { target: string; origin: string; key: string };
};

/** `POST /lti/launch` without the cookie, when storage was offered at login (200): fetches by postMessage and posts on, within two seconds. */
export function storagePage({ postUrl, fields, secretField, storage }: StorageInput) {
  return {
    template: 'launch/storage',
    data: { title: 'Opening Coachline', postUrl, fields, secretField, settings: JSON.stringify({ storage }) },
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
  /** What happened and what to do: one of `refusals`, or words of your own. */
  words: RefusalWords;
  reference: string;
  /** The page this browser already holds a sign-in for (a launch sent twice, or Back): null otherwise. */
  openHref: string | null;
};

/** Any refused login or launch (4xx, 424). */
export function refusedPage({ words, reference, openHref }: RefusedInput) {
  return {
    template: 'launch/refused',
    data: { title: words.heading, heading: words.heading, what: words.what, todo: words.todo, isForAdministrator: words.for === 'administrator', reference, openHref },
  } satisfies Page;
}

/** A launch from a deployment that nobody has approved (403): which id to approve. */
export function deploymentWaitingPage(input: { platformName: string; issuer: string; clientId: string; deploymentId: string; reference: string }) {
  return { template: 'launch/deployment-waiting', data: { title: 'Waiting for approval', ...input } } satisfies Page;
}

/** `for` is who can put it right: whoever pressed the link, or the administrator of the LMS. */
export type RefusalWords = { heading: string; what: string; todo: string; for: 'reader' | 'administrator' };

const again = 'Go back to your course and open the link once more.';
const tell = 'Nothing is wrong with you or your account. Please send your platform’s administrator this page, or its reference number.';

/** Words for what a login or a launch can be refused for, by what the reader can do about it. */
export const refusals = {
  'incomplete-login': { for: 'administrator', heading: 'The link is not complete', what: 'Your learning platform opened Coachline without telling it everything that the LTI standard asks for.', todo: tell },
  'unknown-platform': { for: 'administrator', heading: 'This learning platform is not connected', what: 'Coachline does not know the platform, or the client id, that this link came with.', todo: 'The administrator of the platform can connect it: Coachline needs its issuer and its client id exactly as the platform sends them.' },
  'ambiguous-platform': { for: 'administrator', heading: 'Which connection is meant?', what: 'This platform is connected more than once, and the link does not say by which client id it came.', todo: 'Use the login address that belongs to the one registration. It ends in the registration’s id.' },
  'platform-off': { for: 'administrator', heading: 'This connection is switched off', what: 'The platform is known, but an administrator of Coachline has switched its connection off.', todo: tell },
  'wrong-target': { for: 'administrator', heading: 'The link leads somewhere else', what: 'The link asks Coachline to open an address that is not one of its own, or not the one that it began with.', todo: 'Put the link into the course again. Its target must begin with the address of this site.' },
  'too-many': { for: 'reader', heading: 'Too many people are coming in at once', what: 'More links were opened from your network within ten minutes than Coachline lets in unfinished.', todo: 'Wait a few minutes, then open the link once more.' },
  'wrong-method': { for: 'administrator', heading: 'This address takes launches only', what: 'Something opened the launch address directly. A learning platform sends launches to it; there is nothing to read here.', todo: again },
  'state-missing': { for: 'administrator', heading: 'The launch is not complete', what: 'Your learning platform sent a launch without the parts that show where it began.', todo: tell },
  'state-unknown': { for: 'reader', heading: 'We cannot tell where this began', what: 'This launch did not begin with a login that Coachline knows of. Perhaps the page was open for long, or was restored from yesterday.', todo: again },
  'state-expired': { for: 'reader', heading: 'That took too long', what: 'More than ten minutes passed between opening the link and signing in to your learning platform. Nothing is lost.', todo: again },
  'state-used': { for: 'reader', heading: 'This link was already used', what: 'The same launch arrived twice, as it does after Back or Reload. Each opens Coachline once.', todo: again },
  'other-browser': { for: 'reader', heading: 'This began in another browser', what: 'The link was opened in one browser and arrived in another, or your browser did not keep what shows that it is the same.', todo: 'Open the link from your course in this browser. If it happens again, open it in a window of its own.' },
  'platform-error': { for: 'reader', heading: 'Your learning platform stopped the launch', what: 'It answered with an error and did not say who you are.', todo: `Sign in to your learning platform. ${again}` },
  'not-proven': { for: 'administrator', heading: 'The launch could not be proven', what: 'What your learning platform sent is not signed in a way that Coachline can trust, or is not meant for it.', todo: tell },
  'token-expired': { for: 'reader', heading: 'The launch is out of date', what: 'Its time was over when it arrived, or the clocks of your learning platform and of Coachline differ.', todo: `${again} If it happens again, tell your platform’s administrator that the clocks may differ.` },
  'keys-unreachable': { for: 'reader', heading: 'Your learning platform does not answer', what: 'Coachline asked it for the keys that prove a launch, and got no usable answer.', todo: 'Wait a minute, then open the link once more. If it goes on, tell your platform’s administrator.' },
  'too-large': { for: 'administrator', heading: 'The launch is too large', what: 'Your learning platform sent more than Coachline accepts in one launch.', todo: tell },
  'anonymous': { for: 'administrator', heading: 'Your learning platform does not say who comes', what: 'The launch was anonymous. Coachline keeps your progress, so it needs at least the platform’s own id for you; it needs no name and no e-mail.', todo: 'The administrator of the platform can allow it in the privacy setting of this tool.' },
  'not-lti': { for: 'administrator', heading: 'This is not an LTI 1.3 launch', what: 'What arrived is not a launch of the version or of a kind that Coachline speaks.', todo: tell },
  'incomplete-launch': { for: 'administrator', heading: 'The launch is not complete', what: 'It is signed, but lacks something that every LTI launch must say, or says it in a wrong form.', todo: tell },
  'not-allowed': { for: 'administrator', heading: 'This link is not open to you', what: 'Your learning platform proved who you are, but this link belongs to another organisation, or your role may not use it.', todo: tell },
  'ticket-used': { for: 'reader', heading: 'This window was already opened', what: 'The ticket for a new window is good once, for one minute.', todo: again },
  'sign-in-ended': { for: 'reader', heading: 'Your visit has ended', what: 'It ended by itself after twelve hours without use, or you signed out, or this address was begun in another browser. What you saved is kept.', todo: 'Go back to your course and open the link again.' },
} satisfies Record<string, RefusalWords>;
