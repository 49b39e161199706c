// The command line as an operator and a script meet it: processes of their own, on a data folder of their own.
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { childPublicUrl, newDataDir, startServer } from './support/server-process.ts';
import type { ServerProcess } from './support/server-process.ts';

type Run = { code: number; stdout: string; stderr: string };
type Platform = { id: string; name: string; issuer: string; clientId: string; deployments: string[] };

const root = join(import.meta.dirname, '..');
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the command line', function () {
  this.timeout(60_000);
  const dataDir = newDataDir();
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  const execute = (file: string, args: readonly string[], env: Record<string, string>) => new Promise<Run>((resolve) => {
    const given = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', HOME: process.env['HOME'] ?? '', DATA_DIR: dataDir, PUBLIC_URL: childPublicUrl, ...env };
    execFile(file, args, { cwd: root, env: given }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
  });
  const cli = (args: readonly string[], env: Record<string, string> = {}) => execute(process.execPath, [join(root, 'scripts/cli.ts'), ...args], env);
  /** A command that must do what it is told; its stdout is one JSON object, and nothing else. */
  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await cli([...args, '--json']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^\{.*\}\n$/);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const addition = (clientId: string, change: Record<string, string> = {}) => Object.entries({
    name: 'Moodle', issuer: 'https://moodle.example', 'client-id': clientId, 'auth-url': 'https://moodle.example/auth',
    'token-url': 'https://moodle.example/token', 'jwks-url': 'https://moodle.example/keys', deployment: '7', ...change,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  const platforms = async () => (await json('platform:list'))['platforms'] as Platform[];

  /** Every command once, and what the next ones see of it. */
  const everyCommand = (clientId: string, organisation: string) => {
    let id = '';
    it('platform:add registers a platform and says what its administrator types in', async () => {
      const added = await json('platform:add', ...addition(clientId), '--organisation', organisation);
      id = String(added['id']);
      expect(id).to.match(uuid);
      expect(added).to.deep.equal({ id, loginUrl: `${childPublicUrl}/lti/login/${id}`, launchUrl: `${childPublicUrl}/lti/launch`, jwksUrl: `${childPublicUrl}/lti/jwks` });
    });

    it('deployment:approve approves one more, and the same one again; for the organisation "default" where none is named', async () => {
      const of = organisation === 'default' ? [] : ['--organisation', organisation];
      const approved = await json('deployment:approve', '--platform', id, '--deployment', '8', ...of);
      expect(approved).to.have.all.keys('id');
      expect(approved['id']).to.match(uuid);
      expect(await json('deployment:approve', '--platform', id, '--deployment', '8', '--organisation', organisation)).to.deep.equal(approved);
      const { stdout } = await cli(['deployment:approve', '--platform', id, '--deployment', '9']);
      expect(stdout).to.equal('Deployment 9 is approved for the organisation default.\n');
      const elsewhere = await cli(['deployment:approve', '--platform', id, '--deployment', '9', '--organisation', 'another']);
      expect([elsewhere.code, elsewhere.stderr]).to.deep.equal([1, 'This deployment belongs to another organisation already.\n']);
    });

    it('platform:list shows all three', async () => {
      expect((await platforms()).find((platform) => platform.id === id)).to.deep.equal({ id, name: 'Moodle', issuer: 'https://moodle.example', clientId, deployments: ['7', '8', '9'] });
    });

    it('platform:link makes a registration link', async () => {
      const made = await json('platform:link', '--organisation', organisation);
      expect(made).to.have.all.keys('url');
      expect(made['url']).to.match(new RegExp(`^${childPublicUrl}/lti/register/[\\w-]{43}$`));
    });

    it('admin:link makes a sign-in link, of an organisation or of the whole', async () => {
      for (const more of [[], ['--organisation', organisation]]) {
        const made = await json('admin:link', '--email', 'Ada@example.org', ...more);
        expect(made).to.have.all.keys('url');
        expect(made['url']).to.match(new RegExp(`^${childPublicUrl}/sign-in/[\\w-]{43}$`));
      }
    });
  };

  describe('while no server runs', () => {
    it('lists nothing at first', async () => expect(await platforms()).to.deep.equal([]));
    everyCommand('offline', 'default');
    it('works twice at once', async () => expect(await Promise.all([platforms(), platforms()])).to.have.length(2));
  });

  describe('while the server runs', () => {
    let server: ServerProcess;
    let address: string;
    before(async () => {
      server = startServer({ DATA_DIR: dataDir });
      address = await server.address;
    });
    after(async () => {
      server.child.kill('SIGTERM');
      await server.ended;
    });
    const statusOf = async (url: unknown) => (await fetch(address + new URL(String(url)).pathname, { redirect: 'manual' })).status;

    everyCommand('online', 'north');

    it('sees what was done while none did', async () => {
      expect((await platforms()).map(({ clientId }) => clientId)).to.deep.equal(['offline', 'online']);
    });

    it('prints links that this server takes, the sign-in one once', async () => {
      const { url: signIn } = await json('admin:link', '--email', 'ada@example.org');
      expect(await statusOf(signIn)).to.equal(303);
      expect(await statusOf(signIn)).to.equal(401);
      const { url: registration } = await json('platform:link');
      expect(await statusOf(registration), 'opened without an LMS').to.equal(400);
      expect(await statusOf(`${String(registration)}x`)).to.equal(403);
    });

    it('says the same to people, without --json', async () => {
      const outputs = await Promise.all([
        cli(['platform:add', ...addition('words')]), cli(['platform:list']), cli(['platform:link']), cli(['admin:link', '--email', 'ada@example.org']),
      ]);
      const expected = [/^Registered as .*\nLogin URL: .*\/lti\/login\/.*\nLaunch URL:.*\nKey set URL:.*\n$/, /Moodle {2}https:\/\/moodle\.example {2}client offline {2}deployments 7, 8, 9\n/, /one hour.*\nhttp:.*\/lti\/register\/.*\n$/, /fifteen minutes.*\nhttp:.*\/sign-in\/.*\n$/];
      for (const [index, { code, stdout }] of outputs.entries()) {
        expect(code).to.equal(0);
        expect(stdout).to.match(expected[index]!);
      }
    });

    it('npm run -s cli prints the JSON alone', async () => {
      const { code, stdout } = await execute('npm', ['run', '-s', 'cli', '--', 'platform:list', '--json'], {});
      expect(code).to.equal(0);
      expect(Object.keys(JSON.parse(stdout) as object)).to.deep.equal(['platforms']);
    });

    // 1: it could not be done, for a reason that an operator can read.
    const unknown = '00000000-0000-4000-8000-000000000000';
    const failures: [what: string, args: () => Promise<string[]> | string[], said: RegExp, env?: Record<string, string>][] = [
      ['a platform that is registered already', () => ['platform:add', ...addition('offline', { name: 'Impostor' })], /registered already; nothing was changed/],
      ['a platform that is not there', () => ['deployment:approve', '--platform', unknown, '--deployment', '9'], /No platform has the id 0{8}/],
      ['a platform id that is none', () => ['deployment:approve', '--platform', 'moodle', '--deployment', '9'], /No platform has the id moodle/],
      ['another organisation’s deployment', async () => ['deployment:approve', '--platform', (await platforms())[0]!.id, '--deployment', '7', '--organisation', 'elsewhere'], /belongs to another organisation/],
      ['a wrong environment', () => ['platform:list'], /PORT must be/, { PORT: 'many' }],
      ['a database that is away', () => ['platform:list'], /./, { DATABASE_URL: 'postgresql://nobody:secret-word@127.0.0.1:1/none' }],
    ];
    for (const [what, args, said, env] of failures) {
      it(`exits 1 with one line: ${what}`, async () => {
        const { code, stdout, stderr } = await cli([...await args(), '--json'], env);
        expect(code).to.equal(1);
        expect(stdout).to.equal('');
        expect(stderr).to.match(/^[^\n]+\n$/).and.to.match(said);
        expect(stderr).not.to.contain('secret-word');
      });
    }

    it('a platform that could not be added changes nothing', async () => {
      expect((await platforms()).map(({ name }) => name)).not.to.include('Impostor');
    });
  });

  // 2: wrong arguments. Nothing is opened for them, so no folder of data appears.
  const full = addition('c');
  const wrong: [args: string[], said: RegExp][] = [
    [[], /platform:add, platform:list/],
    [['platform:remove'], /no command platform:remove/],
    [['constructor'], /no command constructor/],
    [['--json'], /no command --json/],
    [['platform:add'], /needs --name, --issuer, --client-id, --auth-url, --token-url, --jwks-url, --deployment/],
    [['platform:add', ...full.slice(0, -2)], /needs --deployment/],
    [['platform:add', ...full, '--colour', 'red'], /--colour/],
    [['platform:add', ...full, 'extra'], /extra/],
    // a value is no call for help
    [['platform:add', ...addition('c', { name: 'help' }), '--colour', 'red'], /--colour/],
    [['platform:add', ...addition('  ', { name: '   ' })], /needs --name, --client-id/],
    [['platform:add', ...addition('c', { issuer: 'moodle' })], /--issuer must be an http\(s\) address/],
    [['platform:add', ...addition('c', { 'jwks-url': 'ftp://moodle.example' })], /--jwks-url must be/],
    [['platform:add', ...addition('c'.repeat(256))], /--client-id must be at most 255/],
    [['platform:add', ...full, '--organisation', 'Upper Case'], /--organisation must be a short name/],
    [['platform:list', '--organisation', 'default'], /--organisation/],
    [['platform:link', '--organisation'], /--organisation/],
    [['platform:link', '--organisation', '../up'], /--organisation must be a short name/],
    [['deployment:approve', '--deployment', '1'], /needs --platform/],
    [['deployment:approve', '--platform', 'x', '--deployment', 'd'.repeat(256)], /--deployment must be at most 255/],
    [['admin:link'], /needs --email/],
    [['admin:link', '--email', 'ada'], /is not an e-mail address/],
    [['admin:link', '--email', 'ada@example.org', '--json=yes'], /json/],
  ];
  for (const address of ['http://10.0.0.5/auth', 'http://moodle.example/auth', 'https://127.0.0.1/auth', 'https://169.254.169.254/auth', 'https://user:word@moodle.example/auth']) {
    it(`exits 2 in production for an address that nobody may call: ${address}`, async () => {
      const { code, stderr } = await cli(['platform:add', ...addition('c', { 'auth-url': address })], { DATA_DIR: '/nowhere/at/all', NODE_ENV: 'production', PUBLIC_URL: 'https://coachline.example', SECRET_KEY: 'a'.repeat(64) });
      expect(stderr).to.match(/--auth-url must be an https address outside of private networks/);
      expect(code).to.equal(2);
    });
  }

  for (const [args, said] of wrong) {
    it(`exits 2 with one line: ${args[0] ?? 'nothing'}, ${said.source}`, async () => {
      const { code, stdout, stderr } = await cli(args.includes('--json') ? args : [...args, '--json'], { DATA_DIR: '/nowhere/at/all' });
      expect(code).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/^[^\n]+\n$/).and.to.match(said);
    });
  }
});
