import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideRegistration } from '../../server/domain/registration-settings.ts';

const decide = (frameOrigins: string, allowLocal = false) => decideRegistration({ name: 'Canvas', frameOrigins }, { allowLocal });

describe('addresses that may frame Coachline', () => {
  const good: [typed: string, origins: string[]][] = [
    ['', []],
    [' \r\n\n ', []],
    ['https://portal.example.org', ['https://portal.example.org']],
    ['  HTTPS://Portal.Example.ORG:443/  ', ['https://portal.example.org']],
    ['https://a.example\r\nhttps://b.example:8443\nhttps://a.example/', ['https://a.example', 'https://b.example:8443']],
    ['https://bücher.example', ['https://xn--bcher-kva.example']],
    ['https://[2001:db8::1]:444', ['https://[2001:db8::1]:444']],
  ];
  for (const [typed, origins] of good) {
    it(`${JSON.stringify(typed)} is ${origins.join(' ') || 'nothing'}`, () => expect(decide(typed)).to.deep.equal({ good: true, settings: { name: 'Canvas', frameOrigins: origins } }));
  }

  const wrong: [typed: string, words: RegExp][] = [
    ['portal.example.org', /begin with https/],
    ['//portal.example.org', /begin with https/],
    ['https://', /begin with https/],
    ['javascript:alert(1)', /begin with https/],
    ['data:text/html,x', /begin with https/],
    ['\'none\'', /begin with https/],
    ['https:', /begin with https/],
    ['http://portal.example.org', /begin with https/],
    ['https://portal.example.org/lti', /leave out what follows the host: https:\/\/portal\.example\.org/],
    ['https://portal.example.org?x', /leave out what follows/],
    ['https://ada:secret@portal.example.org', /user name/],
    ['https://*.example.org', /\* does not stand/],
    ['*', /\* does not stand/],
    ['https://a.example;script-src', /not the name of a host/],
    ['https://a.example,b.example', /not the name of a host/],
    ['https://a.example https://b.example', /begin with https/],
    ['https://a\0.example', /begin with https/],
    [`https://${'a'.repeat(400)}.example`, /too long/],
  ];
  for (const [typed, words] of wrong) {
    it(`${JSON.stringify(typed.slice(0, 40))} is refused: ${words.source}`, () => {
      const decision = decide(`https://good.example\n${typed}`);
      if (decision.good) throw new Error('it was good');
      expect(decision.errors.frameOrigins).to.have.length(1);
      expect(decision.errors.frameOrigins?.[0]).to.match(words).and.match(/^“/);
    });
  }

  it('may be plain http on this machine and in private networks, where that is allowed', () => {
    for (const local of ['http://localhost:3001', 'http://lms.localhost', 'http://127.0.0.1:8080', 'http://[::1]:3001', 'http://10.1.2.3', 'http://192.168.1.2', 'http://172.31.0.1']) {
      expect(decide(local, true).good, local).to.equal(true);
      expect(decide(local, false).good, `${local}, not allowed`).to.equal(false);
    }
    for (const far of ['http://example.org', 'http://172.32.0.1', 'http://localhost.example.org', 'http://127.0.0.1.example.org', 'http://11.0.0.1']) expect(decide(far, true).good, far).to.equal(false);
  });

  it('are twenty at most, and every wrong line gets words of its own', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `https://${index}.example`).join('\n');
    expect(decide(lines(20)).good).to.equal(true);
    expect(decide(lines(21))).to.deep.equal({ good: false, errors: { frameOrigins: ['Keep 20 addresses at most; there are 21.'] } });
    expect(decide('one\nhttps://good.example\ntwo')).to.have.nested.property('errors.frameOrigins').with.length(2);
  });
});
