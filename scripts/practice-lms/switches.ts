// What a tester can choose on the launch page; the choices travel in its address.
import { launchFaults } from './claims.ts';
import type { LaunchFault, LaunchPlace } from './claims.ts';

/** parent: the page itself stores. frame: a named frame does, as in Canvas. silent: offered but never answered, as in Canvas's apps. */
export const storageKinds = ['parent', 'frame', 'silent', 'off'] as const;
export type StorageKind = (typeof storageKinds)[number];

export type Switches = {
  place: LaunchPlace;
  /** How the browser brings the login initiation to the tool. */
  login: 'get' | 'post';
  storage: StorageKind;
  fault: LaunchFault;
  /** Client id of the tool to launch; empty is the one that the LMS began with. */
  tool: string;
};

export const usualSwitches: Switches = { place: 'iframe', login: 'get', storage: 'parent', fault: 'none', tool: '' };

/** The switches named in a query; what is missing or unknown is as usual. */
export function readSwitches(query: URLSearchParams): Switches {
  const pick = <Choice extends string>(name: string, choices: readonly Choice[]): Choice =>
    choices.find((choice) => choice === query.get(name)) ?? choices[0]!;
  return {
    place: pick('place', ['iframe', 'window']),
    login: pick('login', ['get', 'post']),
    storage: pick('storage', storageKinds),
    fault: pick('fault', launchFaults),
    tool: query.get('tool') ?? '',
  };
}

/** The query that says these switches again: empty, or beginning with a question mark. */
export function switchesQuery(switches: Switches): string {
  const unusual = Object.entries(switches).filter(([name, value]) => value !== usualSwitches[name as keyof Switches]);
  return unusual.length === 0 ? '' : `?${new URLSearchParams(unusual).toString()}`;
}
