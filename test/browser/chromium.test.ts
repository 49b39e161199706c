import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { browserIsMissing, environmentFor, startChromium, unpackChromium } from '../support/browser.ts';
import type { ChromiumFiles } from '../support/browser.ts';

describe('the browser of the tests', function () {
  let files: ChromiumFiles;
  before(async function () {
    if (browserIsMissing) this.skip();
    this.timeout(60_000);   // the first run unpacks it
    files = await unpackChromium();
  });

  const complete = '\tlibnss3.so => /lib/x86_64-linux-gnu/libnss3.so (0x00007f0000000000)\n';
  const lacksNss = '\tlibnss3.so => not found\n\tlibexpat.so.1 => /lib/libexpat.so.1 (0x00007f0000000000)\n';

  it('uses the machine’s libraries where it has them', async () => {
    const environment = await environmentFor(files, async () => complete);
    expect(environment).not.to.have.property('LD_LIBRARY_PATH');
  });

  it('starts with the libraries of its package on a machine that has none', async function () {
    this.timeout(30_000);
    const environment = await environmentFor(files, async (_executable, { LD_LIBRARY_PATH }) => (LD_LIBRARY_PATH?.startsWith(files.libraries) ? complete : lacksNss));
    const browser = await startChromium({ environment });
    try {
      const page = await browser.newPage();
      await page.setContent('<p>It runs</p>');
      expect(await page.textContent('p')).to.equal('It runs');
      expect(await librariesInUse(await realpath(files.executable)), 'NSS of the package').to.include(await realpath(`${files.libraries}/libnss3.so`));
    } finally {
      await browser.close();
    }
  });

  it('says which libraries nobody has', async () => {
    const outcome = await environmentFor(files, async () => '\tlibnss3.so => not found\n\tlibm.so.6 => not found\n').catch((error: Error) => error.message);
    expect(outcome).to.match(/libnss3\.so, libm\.so\.6/);
  });

  it('has fonts on a machine without any', async function () {
    this.timeout(30_000);
    const browser = await startChromium();
    try {
      const page = await browser.newPage();
      await page.setContent('<p><span style="font: 40px serif">Words that take up room</span></p>');
      const fonts = await page.context().newCDPSession(page);
      await fonts.send('DOM.enable');
      await fonts.send('CSS.enable');
      const { root } = await fonts.send('DOM.getDocument');
      const { nodeId } = await fonts.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'span' });
      const { fonts: used } = await fonts.send('CSS.getPlatformFontsForNode', { nodeId });
      expect(used.map(({ familyName }) => familyName)).to.deep.equal(['Open Sans']);
    } finally {
      await browser.close();
    }
  });
});

/** Shared libraries that processes of this program have loaded. */
async function librariesInUse(executable: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const maps = await Promise.all(processes.map((id) => readFile(`/proc/${id}/maps`, 'utf8').catch(() => '')));
  return maps.filter((map) => map.includes(executable)).flatMap((map) => [...map.matchAll(/\s(\/\S+\.so[.\d]*)$/gm)].map(([, path]) => path ?? ''));
}
