import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fastify from 'fastify';
import { describe, it } from 'mocha';
import { sectionAfter } from '../server/features/learning/pages.ts';
import { assets, loadAssets } from '../server/plugins/assets.ts';
import { createViewEngine, navigation, views } from '../server/plugins/views.ts';
import { examples, smallProgramme } from './page-fixtures.ts';

const VIEWS = join(import.meta.dirname, '../views');
const loaded = loadAssets();
const engine = createViewEngine({ production: true });
const programme = smallProgramme();
const all = examples(programme);
const html = (name: string) => {
  const example = all[name];
  if (!example) throw new Error(`no example ${name}`);
  return engine.render(example.page.template, { asset: loaded.asset, constantPart: (html: string) => html, chrome: example.chrome, ...example.page.data });
};

describe('pages', () => {
  for (const name of Object.keys(all)) {
    it(`${name}: renders under the strict engine, with one h1 and nothing that the policy forbids`, () => {
      const page = html(name);
      expect(page).to.match(/^<!doctype html>/);
      expect(page.match(/<h1[ >]/g)).to.have.length(1);
      expect(page).not.to.match(/\sstyle="|<style|<script(?![^>]*\ssrc=")|\son\w+="|javascript:/);
      expect(page).not.to.match(/\bundefined\b|\bNaN\b|\[object /);
      const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      expect(ids).to.deep.equal([...new Set(ids)]);
      for (const [, id] of page.matchAll(/(?:href="#|aria-labelledby=")([\w-]+)"/g)) expect(ids, `#${id}`).to.include(id);
      // Another host is only ever linked to, never asked for anything.
      for (const [tag] of page.matchAll(/<(?:script|link|img|video|track|iframe|source)\b[^>]*>/g)) expect(tag).not.to.match(/https?:/);
    });
  }

  it('every template has an example', () => {
    const templates = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.eta') && !/^(?:layouts|partials|mail\/letters)\//.test(file)).map((file) => file.replace(/\.eta$/, ''));
    const shown = new Set(Object.values(all).map(({ page }) => page.template));
    expect(templates.filter((template) => !shown.has(template))).to.deep.equal([]);
  });

  it('raw output is only body, include, block and values named …Html', () => {
    for (const file of readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eta'))) {
      for (const [, printed] of readFileSync(join(VIEWS, file), 'utf8').matchAll(/<%~\s*([^%]*?)\s*%>/g)) {
        expect(printed, file).to.match(/^(?:include\(|block\(|it\.body$|[\w.]*Html$|it\.constantPart\((?:[\w.]*Html|include\('[\w/-]+'\))\)$)/);
      }
    }
  });

  it('every colour of the pages is a token', () => {
    for (const file of readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eta'))) {
      expect(readFileSync(join(VIEWS, file), 'utf8'), file).not.to.match(/(?:fill|stroke|color)="(?:#(?!p-|i-)|rgb)/);
    }
  });

  it('what a reader wrote is printed as text', () => {
    const { page, chrome } = all['home']!;
    const written = engine.render(page.template, { asset: loaded.asset, constantPart: (html: string) => html, chrome: { ...chrome, viewer: { name: '<img src=x>', role: 'learner' } }, ...page.data });
    expect(written).to.contain('&lt;img src=x').and.not.to.contain('<img src=x');
    expect(html('launch-login')).to.contain('&lt;/script');
  });

  it('the engine refuses to print what is not there', () => {
    expect(() => createViewEngine({ production: true }).renderString('<%= it.nothing %>', {})).to.throw('template printed undefined');
  });
});

describe('home', () => {
  it('shows the one next step to learners, and none to those who read along', () => {
    expect(html('home')).to.contain('Your next step').and.to.contain('Carry on');
    expect(html('home-staff')).not.to.contain('class="next"');
    expect(html('home-mentor')).not.to.contain('Not done yet');
  });
  it('locks what is ahead for learners and not for staff', () => {
    expect(html('home')).not.to.contain('href="/in/SIGNIN/weeks/9"');
    expect(html('home-staff')).to.contain('href="/in/SIGNIN/weeks/9"');
  });
  it('speaks of the state of every week, not only draws it', () => {
    expect(html('home')).to.contain('2 of 5 sections done').and.to.contain('Opens later, on 8 June');
  });
});

describe('a week', () => {
  it('lets a learner mark sections, and nobody else', () => {
    expect(html('week')).to.contain('action="/in/SIGNIN/weeks/2/sections/part-3/completion"');
    expect(html('week-staff')).not.to.contain('<button class="btn">');
    expect(html('week-staff')).to.contain('You see this as learners do');
  });
  it('goes on at the section after the one that was done, and stays at the last', () => {
    const week = programme.weeks[0]!;
    expect(sectionAfter(week, 'part-1')).to.equal('part-2');
    expect(sectionAfter(week, 'part-5')).to.equal('part-5');
  });
  it('that is locked says when it opens, in the zone of the cohort', () => {
    expect(html('week-locked')).to.contain('This week opens on Monday 8 June').and.to.contain('at 00:00 BST (London time)');
  });
});

describe('who needs help first', () => {
  it('shows fifty learners a page', () => {
    expect(html('cohort-large').match(/<tr role="row"><th role="rowheader"/g)).to.have.length(50);
    expect(html('cohort-large')).to.contain('Learners 51 to 100 of 300').and.to.contain('href="/in/SIGNIN/cohort"').and.to.contain('?page=3');
  });
  it('shows the code to faculty and not to assistants', () => {
    expect(html('cohort')).to.contain('K7QM-2XRD');
    expect(html('cohort-before')).not.to.contain('K7QM-2XRD');
  });
});

describe('navigation', () => {
  const at = (path: string) => `/in/S${path}`;
  it('marks one place at most', () => {
    for (const path of ['/', '/home', '/weeks/3', '/cohort', '/cohort/start', '/cohorts', '/cohorts/1', '/admin/platforms', '/admin/organisation', '/admin/organisations', '/admin/organisations/1', '/programme', '/elsewhere']) {
      for (const role of ['administrator', 'operator'] as const) expect(navigation({ role, at, path }).filter(({ current }) => current).length, path).to.be.at.most(1);
    }
  });
  it('offers guests the programme only', () => {
    expect(navigation({ role: 'guest', at, path: '/programme' })).to.deep.equal([{ label: 'Programme', href: '/in/S/programme', current: true }]);
  });
});

describe('assets', () => {
  it('are served under hashed names, compressed and for a year', async () => {
    const app = fastify();
    assets(app, loaded);
    const sheet = await app.inject({ url: loaded.asset('site.css'), headers: { 'accept-encoding': 'gzip, br' } });
    expect(sheet.statusCode).to.equal(200);
    expect(sheet.headers).to.include({ 'content-type': 'text/css; charset=utf-8', 'content-encoding': 'br', 'cache-control': 'public, max-age=31536000, immutable' });
    const plain = await app.inject(loaded.asset('site.css'));
    const fonts = [...plain.body.matchAll(/url\(([^)]+)\)/g)].map(([, name]) => name);
    expect(fonts).to.have.length(5);
    for (const font of fonts) expect((await app.inject(`/assets/${font}`)).headers['content-type']).to.equal('font/woff2');
    await app.close();
  });
  it('of another version answer with what is here, and are not kept', async () => {
    const app = fastify();
    assets(app, loaded);
    expect((await app.inject('/assets/site.0123456789.css')).headers).to.include({ 'cache-control': 'no-store' });
    expect((await app.inject('/assets/nothing.0123456789.css')).statusCode).to.equal(404);
    await app.close();
  });
  it('that do not exist stop a page', () => expect(() => loaded.asset('nothing.css')).to.throw('no asset nothing.css'));
});

describe('reply.page', () => {
  it('gives a page the chrome of its request, and the public one where there is none', async () => {
    const app = fastify();
    views(app, { production: true, asset: loaded.asset, constantPart: (html) => html });
    const { page, chrome } = all['not-yet']!;
    app.get('/with', (_request, reply) => { reply.locals = { chrome }; return reply.page(page); });
    app.get('/without', (_request, reply) => reply.page(page));
    const withChrome = await app.inject('/with');
    expect(withChrome.headers['content-type']).to.equal('text/html; charset=utf-8');
    expect(withChrome.body).to.contain('Amara Okafor');
    expect((await app.inject('/without')).body).not.to.contain('Amara Okafor');
    await app.close();
  });
});
