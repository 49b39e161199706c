import { describe, it } from 'mocha';
import { expect } from 'chai';
import { courseRole } from '../../server/domain/roles.ts';

const lis = 'http://purl.imsglobal.org/vocab/lis/v2/';
const member = `${lis}membership#`;
const teachingAssistant = `${lis}membership/Instructor#TeachingAssistant`;
const institution = `${lis}institution/person#`;
const system = `${lis}system/person#`;
const testUser = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

function roleOf(roles: string[], hasContext = true, institutionAdministrators = true): string {
  const { role, testUser: trial } = courseRole(roles, hasContext, { institutionAdministrators });
  return trial ? `${role}, trial` : role;
}

describe('roles: who is who in a course', () => {
  const cases: [string, string[], string][] = [
    ['a learner', [`${member}Learner`], 'learner'],
    ['an instructor', [`${member}Instructor`], 'faculty'],
    ['a content developer', [`${member}ContentDeveloper`], 'faculty'],
    ['a teaching assistant with the principal role', [`${member}Instructor`, teachingAssistant], 'assistant'],
    ['a teaching assistant in the other order', [teachingAssistant, `${member}Instructor`], 'assistant'],
    ['a teaching assistant by the sub-role alone', [teachingAssistant], 'assistant'],
    ['a teaching assistant of a section', [`${member}Instructor`, `${lis}membership/Instructor#TeachingAssistantSection`], 'assistant'],
    ['another kind of instructor', [`${member}Instructor`, `${lis}membership/Instructor#Lecturer`], 'faculty'],
    ['a course administrator', [`${member}Administrator`], 'administrator'],
    ['a manager', [`${member}Manager`], 'administrator'],
    ['an institution administrator with no role in the course', [`${institution}Administrator`], 'administrator'],
    ['an institution administrator who teaches', [`${institution}Administrator`, `${member}Instructor`], 'administrator'],
    ['a mentor', [`${member}Mentor`], 'mentor'],
    ['an observer', [`${member}Observer`], 'mentor'],
    ['the specification’s example: learner and mentor', [`${institution}Student`, `${member}Learner`, `${member}Mentor`], 'learner'],
    ['an instructor who also learns', [`${member}Learner`, `${member}Instructor`], 'faculty'],
    ['an administrator who also assists', [teachingAssistant, `${member}Administrator`], 'administrator'],

    ['rule 73: an instructor of the institution only', [`${institution}Instructor`], 'guest'],
    ['rule 73: an instructor of the institution who learns here', [`${institution}Instructor`, `${member}Learner`], 'learner'],
    ['an instructor of the institution and faculty', [`${institution}Faculty`], 'guest'],
    ['a student of the institution only', [`${institution}Student`], 'guest'],
    ['rule 74: a system administrator only', [`${system}Administrator`], 'guest'],
    ['a system administrator who learns here', [`${system}SysAdmin`, `${member}Learner`], 'learner'],
    ['a user of the system only', [`${system}User`], 'guest'],

    ['no roles', [], 'guest'],
    ['an empty role', [''], 'guest'],
    ['an unknown role', ['http://example.org/role#Dreamer'], 'guest'],
    ['a member or officer', [`${member}Member`, `${member}Officer`], 'guest'],
    ['an administrator’s helper by sub-role alone', [`${lis}membership/Administrator#Support`], 'guest'],
    ['a role of another vocabulary', ['http://evil.example/vocab/lis/v2/membership#Administrator'], 'guest'],
    ['a role with something around it', [`x ${member}Instructor`, `${member}Instructor#x`, `${member}Instructor `], 'guest'],
    ['names that every object has', ['constructor', '__proto__', `${member}toString`], 'guest'],

    ['a short learner', ['Learner'], 'learner'],
    ['a short instructor', ['Instructor'], 'faculty'],
    ['a short teaching assistant', ['TeachingAssistant'], 'assistant'],
    ['a short administrator', ['Administrator'], 'administrator'],
    ['a short mentor', ['Mentor'], 'mentor'],
    ['a short name in lower case', ['learner'], 'guest'],

    ['https for http', ['https://purl.imsglobal.org/vocab/lis/v2/membership#Learner'], 'learner'],
    ['a learner of LTI 1.1', ['urn:lti:role:ims/lis/Learner'], 'learner'],
    ['a teaching assistant of LTI 1.1', ['urn:lti:role:ims/lis/Instructor', 'urn:lti:role:ims/lis/TeachingAssistant/TeachingAssistant'], 'assistant'],
    ['an institution administrator of LTI 1.1', ['urn:lti:instrole:ims/lis/Administrator'], 'administrator'],
    ['an institution instructor of LTI 1.1', ['urn:lti:instrole:ims/lis/Instructor'], 'guest'],
    ['a system administrator of LTI 1.1', ['urn:lti:sysrole:ims/lis/Administrator'], 'guest'],

    ['rule 76: the student view', [`${member}Learner`, testUser], 'learner, trial'],
    ['rule 76: the student view by the other name', [`${system}TestUser`], 'learner, trial'],
    ['a trial person who teaches', [`${member}Instructor`, testUser], 'learner, trial'],
    ['a trial person who administers', [`${institution}Administrator`, `${member}Administrator`, testUser], 'learner, trial'],
  ];
  for (const [name, roles, expected] of cases) it(`${name}: ${expected}`, () => expect(roleOf(roles)).to.equal(expected));

  it('without a context everyone is a guest', () => {
    for (const role of ['Learner', 'Instructor', 'Administrator', `${institution}Administrator`]) expect(roleOf([role], false)).to.equal('guest');
    expect(roleOf([testUser], false)).to.equal('guest, trial');
  });

  it('an operator can turn institution administrators off, and only them', () => {
    expect(roleOf([`${institution}Administrator`], true, false)).to.equal('guest');
    expect(roleOf([`${institution}Administrator`, `${member}Learner`], true, false)).to.equal('learner');
    expect(roleOf([`${member}Administrator`], true, false)).to.equal('administrator');
  });
});
