import { describe, it } from 'mocha';
import { expect } from 'chai';
import { isSharedCloud, profileOf } from '../../server/lti/lms-profiles.ts';
import { serviceProblems, wordsOf } from '../../server/lti/service-problem.ts';

describe('lti profiles: which LMS', () => {
  const cases: [string | null, string, string][] = [
    ['moodle', 'https://lms.example', 'moodle'],
    ['canvas', 'https://lms.example', 'canvas'],
    ['BlackboardLearn', 'https://lms.example', 'blackboard'],
    ['desire2learn', 'https://lms.example', 'brightspace'],
    ['sakai', 'https://lms.example', 'sakai'],
    ['schoology', 'https://lms.example', 'schoology'],
    [' Moodle ', 'https://lms.example', 'moodle'],
    [null, 'https://canvas.instructure.com', 'canvas'],
    [null, 'https://canvas.beta.instructure.com', 'canvas'],
    [null, 'https://blackboard.com', 'blackboard'],
    [null, 'https://school.brightspace.com', 'brightspace'],
    [null, 'https://schoology.schoology.com', 'schoology'],
    ['something-new', 'https://blackboard.com', 'blackboard'],
    // What it says of itself comes before where it is.
    ['sakai', 'https://blackboard.com', 'sakai'],
    [null, 'https://lms.example', 'generic'],
    ['', 'https://lms.example', 'generic'],
    ['__proto__', 'https://lms.example', 'generic'],
    ['constructor', 'nonsense', 'generic'],
    [null, 'https://notblackboard.com', 'generic'],
    [null, 'https://blackboard.com.evil.example', 'generic'],
  ];
  for (const [productFamilyCode, issuer, code] of cases) {
    it(`${productFamilyCode ?? 'no code'} at ${issuer} is ${code}`, () => expect(profileOf({ productFamilyCode, issuer }).code).to.equal(code));
  }
});

describe('lti profiles: clouds with one key for many institutions', () => {
  const cases: [string, boolean][] = [
    ['https://sso.canvaslms.com/api/lti/security/jwks', true],
    ['https://canvas.instructure.com/api/lti/security/jwks', true],
    ['https://developer.blackboard.com/api/v1/management/applications/x/jwks.json', true],
    ['http://sso.canvaslms.com/api/lti/security/jwks', false],
    ['https://sso.canvaslms.com:8443/', false],
    ['https://sso.canvaslms.com.evil.example/', false],
    ['https://school.instructure.com/api/lti/security/jwks', false],
    ['nonsense', false],
  ];
  for (const [url, expected] of cases) it(`${url}: ${expected}`, () => expect(isSharedCloud(url)).to.equal(expected));
});

describe('lti service problems', () => {
  it('have words for people, each of them, with the name of the LMS in its place', () => {
    for (const code of Object.keys(serviceProblems)) {
      for (const profile of [profileOf({ productFamilyCode: 'canvas', issuer: '' }), profileOf({ productFamilyCode: null, issuer: '' })]) {
        const { happened, toDo } = wordsOf(code, profile);
        for (const sentence of [happened, toDo]) {
          expect(sentence, code).to.match(/^[A-Z].*[.]$/s);
          expect(sentence, code).not.to.match(/[{}]/);
        }
      }
    }
    expect(wordsOf('line_item.deleted', { name: 'Canvas' }).happened).to.equal('The column was deleted in Canvas.');
    expect(wordsOf('platform.throttled', { name: 'the LMS' }).happened).to.match(/^The LMS asked/);
  });

  it('have words even for a code that is no longer in use', () => expect(wordsOf('toString', { name: 'Moodle' }).happened).to.equal('Moodle did not understand the message.'));
});
