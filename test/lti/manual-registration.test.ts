import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideManualRegistration } from '../../server/lti/manual-registration.ts';
import type { ManualFields } from '../../server/lti/manual-registration.ts';

const moodle: ManualFields = {
  name: 'Our Moodle', issuer: 'https://moodle.school.edu', clientId: 'x8sKq2mPz1vTtL0', authenticationUrl: 'https://moodle.school.edu/mod/lti/auth.php',
  tokenUrl: 'https://moodle.school.edu/mod/lti/token.php', keysetUrl: 'https://moodle.school.edu/mod/lti/certs.php', deploymentId: '7',
};
const world = { publicUrl: 'https://coachline.example.org', allowLocal: false, trusted: false, productFamily: 'moodle' };
const decide = (change: ManualFields, options: Partial<typeof world> = {}) => decideManualRegistration({ ...moodle, ...change }, { ...world, ...options });

describe('a platform typed in by hand', () => {
  it('is kept as it was typed, without spaces around', () => {
    expect(decide({ name: ' Our\r\n Moodle ', clientId: ' x8sKq2mPz1vTtL0 ', issuer: 'https://moodle.school.edu/ ' })).to.deep.equal({
      good: true, registration: { ...moodle, issuer: 'https://moodle.school.edu/', productFamily: 'moodle', tokenAudience: null, heldReason: null },
    });
  });

  it('may leave the deployment and the audience open', () => {
    const decision = decide({ deploymentId: '', tokenAudience: moodle.tokenUrl! });
    expect(decision.good && decision.registration).to.include({ deploymentId: null, tokenAudience: null });
    const brightspace = decide({ tokenAudience: 'https://api.brightspace.com/auth/token' });
    expect(brightspace.good && brightspace.registration.tokenAudience).to.equal('https://api.brightspace.com/auth/token');
  });

  const wrong: [field: keyof ManualFields, typed: string, words: RegExp][] = [
    ['name', ' ', /Give the LMS a name/],
    ['name', 'n'.repeat(256), /255 letters or fewer/],
    ['issuer', '', /Copy the issuer/],
    ['issuer', 'moodle.school.edu', /whole, beginning with https/],
    ['issuer', 'http://moodle.school.edu', /must be https/],
    ['issuer', 'javascript:alert(1)', /whole, beginning/],
    ['issuer', 'https://u:p@moodle.school.edu', /user name/],
    ['issuer', 'https://moodle.school.edu/#a', /follows the #/],
    ['issuer', `https://moodle.school.edu/${'a'.repeat(2048)}`, /too long/],
    ['authenticationUrl', 'https://coachline.example.org/lti/login', /one of Coachline’s own addresses/],
    ['tokenUrl', 'https://10.0.0.1/token', /private network/],
    ['tokenUrl', 'https://[::1]/token', /private network/],
    ['tokenUrl', moodle.authenticationUrl!, /same address as the one for authentication/],
    ['keysetUrl', moodle.tokenUrl!, /same address as the one for access tokens/],
    ['keysetUrl', 'https://moodle.school.edu/\0', /private network|whole/],
    ['clientId', '', /Enter the client ID/],
    ['clientId', 'https://moodle.school.edu', /This is an address/],
    ['clientId', 'two words', /no space/],
    ['clientId', 'c'.repeat(256), /too long/],
    ['clientId', 'a\0b', /holds something/],
    ['deploymentId', 'd'.repeat(256), /too long/],
    ['deploymentId', 'two words', /no space/],
    ['tokenAudience', 'brightspace', /whole, beginning/],
  ];
  for (const [field, typed, words] of wrong) {
    it(`${field} ${JSON.stringify(typed.slice(0, 50))} is refused in words, and no other field`, () => {
      const decision = decide({ [field]: typed });
      if (decision.good) throw new Error('it was taken');
      expect(Object.keys(decision.errors)).to.deep.equal([field]);
      expect(decision.errors[field]).to.match(words);
    });
  }

  it('with nothing typed says so for every field that is needed', () => {
    const decision = decideManualRegistration({}, world);
    expect(!decision.good && Object.keys(decision.errors)).to.have.members(['name', 'issuer', 'clientId', 'authenticationUrl', 'tokenUrl', 'keysetUrl']);
  });

  const hosts: [what: string, change: ManualFields, held: string | null][] = [
    ['addresses of its own host', {}, null],
    ['Canvas on the hosts of its makers', { issuer: 'https://canvas.instructure.com', authenticationUrl: 'https://sso.canvaslms.com/api/lti/authorize_redirect', tokenUrl: 'https://sso.canvaslms.com/login/oauth2/token', keysetUrl: 'https://sso.canvaslms.com/api/lti/security/jwks' }, null],
    ['Canvas’s issuer with keys elsewhere', { issuer: 'https://canvas.instructure.com', authenticationUrl: 'https://sso.canvaslms.com/a', tokenUrl: 'https://sso.canvaslms.com/t' }, 'foreign-endpoint'],
    ['Blackboard', { issuer: 'https://blackboard.com', authenticationUrl: 'https://developer.blackboard.com/api/v1/gateway/oidcauth', tokenUrl: 'https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken', keysetUrl: 'https://developer.blackboard.com/api/v1/management/applications/a/jwks.json' }, null],
    ['Schoology', { issuer: 'https://schoology.schoology.com', authenticationUrl: 'https://lti-service.svc.schoology.com/lti-service/authorize-redirect', tokenUrl: 'https://lti-service.svc.schoology.com/lti-service/access-token', keysetUrl: 'https://lti-service.svc.schoology.com/lti-service/.well-known/jwks' }, null],
    ['Brightspace, whose tokens come from its makers', { tokenUrl: 'https://auth.brightspace.com/core/connect/token' }, null],
    ['keys on a strange host', { keysetUrl: 'https://evil.example/keys' }, 'foreign-endpoint'],
  ];
  for (const [what, change, held] of hosts) {
    it(`rule 84: ${what}: ${held === null ? 'nothing holds it' : 'an operator looks at it first'}`, () => {
      const decision = decide(change);
      expect(decision.good && decision.registration.heldReason).to.equal(held);
      const trusted = decide(change, { trusted: true });
      expect(trusted.good && trusted.registration.heldReason, 'typed by an operator').to.equal(null);
    });
  }
});
