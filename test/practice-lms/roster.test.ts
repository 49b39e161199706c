// The practice LMS's names and roles: who is there, page by page, and each way in which that goes wrong.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { mediaTypes, scopes } from '../../scripts/practice-lms/services.ts';
import { nextOf, startWithTool } from './practice-tool.ts';
import type { PracticeTool } from './practice-tool.ts';

type Member = { user_id?: string; status?: string; name?: string; email?: string; roles: string[]; message?: unknown };

describe('practice LMS: roster', () => {
  let tool: PracticeTool;
  const url = (query = '', course = 'spring') => `${tool.lms.roster.url(course)}${query}`;
  const ask = (at: string, accept: string = mediaTypes.members) => tool.call('GET', at, { scopes: [scopes.roster], accept });
  const membersAt = async (at: string) => ((await (await ask(at)).json()) as { members: Member[] }).members;
  /** Every page, one after the other. */
  async function everyMember(first: string): Promise<Member[]> {
    const members: Member[] = [];
    const token = await tool.token(scopes.roster);
    for (let at: string | null = first; at !== null;) {
      const answer: Response = await tool.call('GET', at, { scopes: [], token, accept: mediaTypes.members });
      members.push(...((await answer.json()) as { members: Member[] }).members);
      at = nextOf(answer);
    }
    return members;
  }
  before(async () => { tool = await startWithTool(); });
  afterEach(() => {
    Object.assign(tool.lms.roster, { pageSize: undefined, paging: 'good', members: 'good', change: null });
    tool.lms.playAs('generic');
    tool.lms.faults.clear();
  });
  after(() => tool.lms.close());

  it('tells every member with role, name and address', async () => {
    const answer = await ask(url());
    expect(answer.headers.get('content-type')).to.equal(mediaTypes.members);
    const { id, context, members } = await answer.json() as { id: string; context: unknown; members: Member[] };
    expect(id).to.equal(url());
    expect(context).to.deep.equal({ id: 'course-spring', label: 'IC-SPRING', title: 'Improvement coaching, spring' });
    expect(members).to.have.length(14);
    expect(members[0]).to.deep.equal({
      status: 'Active', user_id: 'lms-user-1001', name: 'Amara Okonkwo', given_name: 'Amara', family_name: 'Okonkwo', email: 'amara@lms.example',
      roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    });
    expect(tool.lms.roster.requests.at(-1)).to.deep.equal({ courseId: 'spring', query: '', status: 200 });
  });

  it('filters by role, in full and in short', async () => {
    expect(await membersAt(url('?role=Learner'))).to.have.length(10);
    expect(await membersAt(url(`?role=${encodeURIComponent('http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor')}`))).to.have.length(3);
    expect(await membersAt(url('?role=Mentor'))).to.have.length(0);
  });

  it('adds what a link tells of each with rlid', async () => {
    const [first] = await membersAt(url('?rlid=spring-week-1'));
    expect(first?.message).to.deep.equal([{ 'https://purl.imsglobal.org/spec/lti/claim/message_type': 'LtiResourceLinkRequest', 'https://purl.imsglobal.org/spec/lti/claim/custom': {} }]);
    expect((await ask(url('?rlid=nowhere'))).status).to.equal(404);
  });

  it('needs its scope and media type', async () => {
    expect((await tool.call('GET', url(), { scopes: [scopes.score], accept: mediaTypes.members })).status).to.equal(403);
    expect((await ask(url(), 'application/json')).status).to.equal(406);
  });

  it('comes in pages, each member once', async () => {
    const members = await everyMember(url('?limit=4'));
    expect(new Set(members.map((member) => member.user_id)).size).to.equal(14);
    tool.lms.roster.pageSize = 5;
    expect(await membersAt(url())).to.have.length(5);
  });

  it('people come, go and come back', async () => {
    const { roster } = tool.lms;
    const statusOf = async (sub: string) => (await membersAt(url())).find((member) => member.user_id === sub)?.status;
    roster.drop('spring', 'zsofia');
    expect(await statusOf('lms-user-1002')).to.equal(undefined);
    roster.drop('spring', 'zsofia', 'Inactive');
    expect(await statusOf('lms-user-1002')).to.equal('Inactive');
    expect(roster.standing('spring', 'lms-user-1002')).to.equal('stranger');
    roster.bringBack('spring', 'zsofia');
    expect(await statusOf('lms-user-1002')).to.equal('Active');
    roster.add('spring', { id: 'newcomer', sub: 'lms-new', name: 'New Comer', email: 'new@lms.example' });
    expect(await statusOf('lms-new')).to.equal('Active');
    expect(roster.standing('spring', 'lms-new')).to.equal('learner');
    roster.drop('spring', 'newcomer');
  });

  it('a change in one LMS is none in another', async () => {
    const other = await startWithTool();
    other.lms.roster.drop('spring', 'amara');
    await other.lms.close();
    expect(tool.lms.platform.courses[0]?.members).to.have.property('amara');
  });

  it('tells a tool no more than its privacy allows', async () => {
    const other = await startWithTool({ tool: { privacy: 'name_only' } });
    const answer = await other.call('GET', other.lms.roster.url('spring'), { scopes: [scopes.roster], accept: mediaTypes.members });
    const [first] = ((await answer.json()) as { members: Member[] }).members;
    expect(first).to.include({ name: 'Amara Okonkwo' }).and.not.to.have.property('email');
    await other.lms.close();
  });

  it('ten thousand members are there quickly, in pages', async () => {
    tool.lms.platform.addCourse({ id: 'big', contextId: 'course-big', label: 'BIG', title: 'A big course', members: {}, links: [] });
    tool.lms.roster.fill('big', 10_000);
    const members = await everyMember(url('?limit=1000', 'big'));
    expect(new Set(members.map((member) => member.user_id)).size).to.equal(10_000);
  });

  describe('goes wrong on demand:', () => {
    it('the next page is somewhere else', async () => {
      tool.lms.roster.paging = 'elsewhere';
      const next = nextOf(await ask(url('?limit=4')))!;
      expect(new URL(next).origin).to.equal(tool.lms.faults.otherOrigin).and.not.to.equal(tool.lms.url);
    });

    it('the next page is the first again', async () => {
      tool.lms.roster.paging = 'loop';
      const next = nextOf(await ask(url('?limit=4')))!;
      expect(nextOf(await ask(next))).to.equal(next);
    });

    it('the second page fails', async () => {
      tool.lms.roster.paging = 'page-2-fails';
      expect((await ask(nextOf(await ask(url('?limit=4')))!)).status).to.equal(500);
    });

    it('a member has no id, no status, a shouted status, or comes twice', async () => {
      const { roster } = tool.lms;
      roster.members = 'no-user-id';
      expect((await membersAt(url()))[0]).not.to.have.property('user_id');
      roster.members = 'no-status';
      expect((await membersAt(url()))[0]).not.to.have.property('status');
      roster.members = 'upper-case';
      expect((await membersAt(url()))[0]?.status).to.equal('ACTIVE');
      roster.members = 'duplicates';
      expect(await membersAt(url())).to.have.length(28);
      roster.members = 'good';
      roster.change = (members) => { members[0]!['roles'] = 'Learner'; };
      expect((await membersAt(url()))[0]?.roles).to.equal('Learner');
    });
  });

  it('moodle says roles short and forgets the filter on the next page', async () => {
    tool.lms.playAs('moodle');
    const answer = await ask(url('?role=Instructor&limit=1'));
    expect(((await answer.json()) as { members: Member[] }).members[0]?.roles).to.deep.equal(['Instructor']);
    expect(nextOf(answer)).to.not.include('role');
  });

  it('canvas gives fifty at most, Open edX refuses a big course without a limit', async () => {
    tool.lms.playAs('canvas');
    expect(await membersAt(url('?limit=1000', 'big'))).to.have.length(50);
    tool.lms.playAs('openedx');
    expect((await ask(url('', 'big'))).status).to.equal(403);
  });
});
