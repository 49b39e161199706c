import { expect } from 'chai';
import { describe, it } from 'mocha';
import { returnLink } from '../../server/lti/return-link.ts';

describe('the way back into the LMS', () => {
  const cases: [what: string, from: Parameters<typeof returnLink>, to: string | null][] = [
    ['as it is', ['https://lms.example/return?course=4#top'], 'https://lms.example/return?course=4#top'],
    ['with a message', ['https://lms.example/return?course=4', { message: 'All done & saved.', log: 'done' }], 'https://lms.example/return?course=4&lti_msg=All+done+%26+saved.&lti_log=done'],
    ['with an error', ['https://lms.example/return', { error: 'It did not work.', errorLog: 'deep_linking.learner' }], 'https://lms.example/return?lti_errormsg=It+did+not+work.&lti_errorlog=deep_linking.learner'],
    ['with a message in place of an older one', ['https://lms.example/return?lti_msg=old', { message: 'new' }], 'https://lms.example/return?lti_msg=new'],
    ['a message too long is cut', ['https://lms.example/r', { message: 'm'.repeat(400) }], `https://lms.example/r?lti_msg=${'m'.repeat(300)}`],
    ['none', [null], null],
    ['none at all', [undefined], null],
    ['no address', ['course/4'], null],
    ['a script', ['javascript:alert(1)'], null],
    ['an address with a password', ['https://u:p@lms.example/'], null],
  ];
  for (const [what, from, to] of cases) it(what, () => { expect(returnLink(...from)).to.equal(to); });
});
