// Who may import whom, where the clock and the environment may be read, and what no file may name.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(import.meta.dirname, '..');

type Import = { file: string; target: string; typeOnly: boolean };
type Rule = { own: readonly string[]; packages: readonly RegExp[]; types?: readonly RegExp[] };

/**
 * By part of server/: the other parts it may import, and the packages. `types` are packages of which only types may be
 * imported. Inside a part everything may import everything, but no cycle. features/X never reaches another feature.
 */
const rules: Record<string, Rule> = {
  'domain': { own: [], packages: [] },
  'entities': { own: ['domain'], packages: [/^@mikro-orm\/core$/] },
  'content': { own: ['domain'], packages: [/^typebox/, /^yaml$/, /^markdown-it/, /^node:(fs\/promises|path|crypto)$/] },
  'lti': { own: ['random-text.ts'], packages: [/^jose$/, /^node:(crypto|net|dns|http|https)$/, /^typebox/] },
  'config.ts': { own: [], packages: [/^node:net$/] },
  'format.ts': { own: ['domain'], packages: [] },
  'run-chart-figure.ts': { own: ['domain', 'format.ts'], packages: [] },
  'sealing.ts': { own: ['config.ts'], packages: [/^node:/] },
  'database.ts': { own: [], packages: [/^pg$/] },
  'prepared-query.ts': { own: [], packages: [/^pg$/] },
  'shared-connection.ts': { own: ['database.ts', 'prepared-query.ts'], packages: [], types: [/^pg$/] },
  'orm.ts': { own: ['database.ts', 'entities', 'shared-connection.ts'], packages: [/^@mikro-orm\//, /^node:path$/], types: [/^pg$/] },
  'uploads.ts': { own: ['domain'], packages: [/^file-type$/, /^node:(crypto|fs|fs\/promises|path)$/], types: [/^node:stream$/] },
  'tool-signing-key.ts': { own: ['database.ts', 'lti', 'sealing.ts'], packages: [] },
  'embedded-postgres': { own: [], packages: [/^node:/, /^pg$/] },
  'queues.ts': { own: ['database.ts'], packages: [/^pg-boss$/], types: [/^pg$/] },
  'roster-requests.ts': { own: ['database.ts', 'queues.ts'], packages: [] },
  'score-outbox.ts': { own: ['database.ts', 'lti', 'queues.ts'], packages: [] },
  'attendance-standing.ts': { own: ['database.ts', 'domain'], packages: [] },
  'discussion-news.ts': { own: ['domain', 'format.ts'], packages: [] },
  'eligibility-standing.ts': { own: ['domain', 'learner-standing.ts'], packages: [] },
  'mail-words.ts': { own: ['domain'], packages: [] },
  'mail-outbox.ts': { own: ['database.ts', 'domain', 'queues.ts'], packages: [] },
  'smtp.ts': { own: [], packages: [/^nodemailer\/lib\//] },
  'score-standing.ts': { own: ['database.ts', 'domain'], packages: [] },
  'csv.ts': { own: [], packages: [] },
  'device-mark.ts': { own: [], packages: [/^node:crypto$/] },
  'organisation-choices.ts': { own: ['database.ts', 'plugins'], packages: [] },
  'person-name.ts': { own: [], packages: [] },
  'stopping.ts': { own: [], packages: [/^close-with-grace$/], types: [/^pino$/] },
  'random-text.ts': { own: [], packages: [/^node:crypto$/] },
  'learner-standing.ts': { own: ['domain'], packages: [] },
  'learner-facts.ts': { own: ['database.ts', 'domain', 'person-name.ts'], packages: [] },
  'learner-words.ts': { own: ['domain', 'format.ts'], packages: [] },
  'completion-words.ts': { own: ['domain', 'format.ts', 'learner-words.ts'], packages: [] },
  'lock-words.ts': { own: ['domain', 'format.ts'], packages: [] },
  'workshop-words.ts': { own: ['domain', 'format.ts'], packages: [] },
  'workshop-news.ts': { own: ['database.ts', 'domain', 'workshop-words.ts'], packages: [] },
  'cohort-news.ts': { own: ['database.ts', 'discussion-news.ts', 'workshop-news.ts'], packages: [/^lru-cache$/] },
  'open-database.ts': { own: ['config.ts', 'embedded-postgres', 'orm.ts', 'queues.ts'], packages: [/^pg$/] },
  'plugins': { own: ['config.ts', 'content', 'database.ts', 'domain', 'format.ts', 'learner-standing.ts', 'orm.ts', 'person-name.ts', 'random-text.ts'], packages: [/^@fastify\//, /^eta$/, /^prom-client$/, /^node:(crypto|fs|net|path|util|zlib)$/], types: [/^fastify$/, /^pg$/] },
  'services.ts': { own: ['config.ts', 'orm.ts', 'lti', 'plugins', 'queues.ts', 'sealing.ts'], packages: [], types: [/^fastify$/, /^pg$/] },
  'features': {
    own: ['attendance-standing.ts', 'cohort-news.ts', 'completion-words.ts', 'config.ts', 'content', 'csv.ts', 'database.ts', 'device-mark.ts', 'discussion-news.ts', 'domain', 'eligibility-standing.ts', 'entities', 'format.ts', 'learner-facts.ts', 'learner-standing.ts', 'learner-words.ts', 'lock-words.ts', 'lti', 'mail-outbox.ts', 'mail-words.ts', 'organisation-choices.ts', 'person-name.ts', 'plugins', 'queues.ts', 'roster-requests.ts', 'run-chart-figure.ts', 'score-outbox.ts', 'score-standing.ts', 'sealing.ts', 'services.ts', 'smtp.ts', 'tool-signing-key.ts', 'uploads.ts', 'workshop-news.ts', 'workshop-words.ts'],
    packages: [/^typebox$/, /^diff$/, /^ical-generator$/, /^@fastify\/(error|multipart|static)$/, /^@mikro-orm\/postgresql$/, /^node:(crypto|net|path)$/], types: [/^fastify$/, /^@fastify\/type-provider-typebox$/, /^node:stream$/, /^pg$/],
  },
  'jobs': { own: ['config.ts', 'content', 'database.ts', 'lti', 'features', 'queues.ts', 'sealing.ts', 'smtp.ts', 'tool-signing-key.ts'], packages: [/^bree$/, /^node:worker_threads$/], types: [/^fastify$/, /^pg$/] },
  'app.ts': { own: ['features', 'plugins', 'services.ts'], packages: [/^fastify$/, /^@fastify\/cookie$/, /^node:crypto$/] },
  'live-preview.ts': { own: ['content', 'plugins'], packages: [/^node:crypto$/] },
  'main.ts': { own: ['*'], packages: [/./] },
  'dev.ts': { own: ['live-preview.ts', 'main.ts'], packages: [/^node:path$/] },
  'worker.ts': { own: ['*'], packages: [/./] },
};

/** Inside a feature: what a file of this name may not reach, because that is another file's task. */
const roles: Record<string, RegExp> = {
  'schemas.ts': /^server\/(?!lti\/|domain\/)/,
  'pages.ts': /\/(actions|queries|routes|schemas)\.ts$|^server\/(database|services)\.ts$|^(fastify|pg|@fastify\/.*)$/,
  'queries.ts': /\/(actions|pages|routes)\.ts$|^(fastify|@fastify\/.*)$/,
  'actions.ts': /\/(pages|routes)\.ts$|^(fastify|@fastify\/.*)$/,
};

const sources = new Map(readdirSync(join(root, 'server'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => [`server/${file}`, readFileSync(join(root, 'server', file), 'utf8')]));
const imports = [...sources].flatMap(([file, text]) => importsOf(file, text));

describe('architecture', () => {
  it('every part of server/ has its rule, and there is something to judge', () => {
    expect(imports.length).to.be.greaterThan(200);
    expect([...sources.keys()].map(partOf).filter((part) => !(part in rules))).to.deep.equal([]);
  });

  it('imports go one way', () => {
    const wrong = imports.filter(({ file, target, typeOnly }) => {
      const part = partOf(file);
      const rule = rules[part];
      if (!rule) return true;
      if (!target.startsWith('server/')) return !(rule.packages.some((allowed) => allowed.test(target)) || (typeOnly && rule.types?.some((allowed) => allowed.test(target))));
      const other = partOf(target);
      return !(rule.own.includes('*') || rule.own.includes(other) || other === part);
    });
    expect(wrong.map(words)).to.deep.equal([]);
  });

  it('features never import each other; app.ts takes their routes alone, jobs their actions and queries', () => {
    const wrong = imports.filter(({ file, target }) => {
      const feature = featureOf(target);
      if (feature === null || featureOf(file) === feature) return false;
      if (file === 'server/app.ts') return !target.endsWith('/routes.ts');
      if (partOf(file) === 'jobs') return !/\/(actions|queries)\.ts$/.test(target);
      return partOf(file) !== 'main.ts' && partOf(file) !== 'worker.ts';
    });
    expect(wrong.map(words)).to.deep.equal([]);
  });

  it('each file of a feature keeps to its task', () => {
    const wrong = imports.filter(({ file, target }) => featureOf(file) !== null && roles[file.split('/').at(-1) ?? '']?.test(target));
    expect(wrong.map(words)).to.deep.equal([]);
  });

  it('nothing imports in a circle, except entities', () => {
    const next = new Map<string, string[]>();
    for (const { file, target } of imports) if (partOf(file) !== 'entities' && sources.has(target)) next.set(file, [...(next.get(file) ?? []), target]);
    const finished = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (path.includes(file) || finished.has(file)) return;
      for (const target of next.get(file) ?? []) walk(target, [...path, file]);
      finished.add(file);
    };
    for (const file of next.keys()) walk(file, []);
    expect(circles).to.deep.equal([]);
  });

  it('every import names a file that is there', () => {
    expect(imports.filter(({ target }) => target.startsWith('server/') && !existsSync(join(root, target))).map(words)).to.deep.equal([]);
  });

  it('the clock is read where a process or a job begins, and nowhere else', () => {
    expect(filesWith(/new Date\(\)|Date\.now\(|Temporal\.Now\b/)).to.have.members(['server/main.ts', 'server/jobs/run-job.ts']);
  });

  it('the environment is read where a process begins, and nowhere else', () => {
    expect(filesWith(/process\.env\b/)).to.have.members(['server/main.ts', 'server/worker.ts']);
  });

  it('nothing in the repository names a path of a machine or a host of a package registry', function () {
    if (!existsSync(join(root, '.git'))) this.skip();
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
    // In pieces, so that this file does not name what it forbids.
    const registries = ['npmjs', 'yarnpkg'].map((name) => `registry\\.${name}`).concat('artifactory', 'verdaccio', 'jfrog\\.io', 'npm\\.pkg\\.', '^registry=', '"resolved": "https?:');
    const places = ['home', 'Users', 'root', 'work', 'private/var', 'var/folders'].map((name) => `(?<![\\w.}])/${name}/\\w`);
    const forbidden = new RegExp([...registries, ...places].join('|'), 'm');
    const own = new RegExp(`(?<![\\w.])${root.replaceAll('.', '\\.')}\\b`);
    const wrong = files.filter((file) => file !== 'test/architecture.test.ts').flatMap((file) => {
      const text = readFileSync(join(root, file), 'latin1');
      const found = forbidden.exec(text) ?? (root.split('/').length > 2 ? own.exec(text) : null);
      return found ? [`${file}: ${text.slice(Math.max(0, found.index - 20), found.index + 40)}`] : [];
    });
    expect(wrong).to.deep.equal([]);
  });

  function filesWith(pattern: RegExp): string[] {
    return [...sources].filter(([, text]) => pattern.test(withoutComments(text))).map(([file]) => file);
  }
});

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(/^\s*(?:import|export)\s([^;']*?)from\s+'([^']+)'|^\s*import\s+'([^']+)'/gm)].map(([, what = '', from, bare]) => {
    const specifier = from ?? bare ?? '';
    return { file, target: specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier, typeOnly: what.trimStart().startsWith('type ') };
  });
}

/** `server/domain/calendar.ts` → domain; `server/app.ts` → app.ts; `embedded-postgres.ts` belongs to its folder. */
function partOf(file: string): string {
  const [, part = ''] = file.split('/');
  return part === 'embedded-postgres.ts' ? 'embedded-postgres' : part;
}

function featureOf(file: string): string | null {
  return /^server\/features\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '');
}

const words = ({ file, target }: Import): string => `${file} → ${target}`;
