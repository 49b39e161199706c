import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, loadConfig, smtpSettings } from '../server/config.ts';

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(loadConfig({})).to.include({
      port: 3000, host: '127.0.0.1', publicUrl: 'http://localhost:3000', practiceLmsPort: 3001, databaseUrl: null,
      dataDir: '.data', jobs: true, allowLocalPlatforms: true, logLevel: 'info', production: false,
    });
  });

  it('follows PORT in the public address', () => {
    expect(loadConfig({ PORT: '4321' }).publicUrl).to.equal('http://localhost:4321');
  });

  it('trusts no local platform in production', () => {
    expect(loadConfig({ NODE_ENV: 'production' }).allowLocalPlatforms).to.equal(false);
    expect(loadConfig({ NODE_ENV: 'production', ALLOW_LOCAL_PLATFORMS: 'true' }).allowLocalPlatforms).to.equal(true);
  });

  const wrongValues: [string, string][] = [
    ['PORT', 'eighty'], ['PORT', '70000'], ['PORT', '-1'], ['HOST', 'two words'],
    ['PUBLIC_URL', 'coachline.example.org'], ['PUBLIC_URL', 'https://example.org/tool'], ['PUBLIC_URL', 'ftp://example.org'],
    ['PRACTICE_LMS_PORT', 'x'], ['DATABASE_URL', 'mysql://example.org/x'], ['JOBS', 'maybe'], ['SMTP_URL', 'http://example.org'], ['SMTP_URL', 'smtp:///'], ['SMTP_URL', 'smtp://mail.example.org/inbox'], ['SMTP_URL', 'smtp://user:100%@mail.example.org'],
    ['MAIL_FROM', 'nobody'], ['METRICS_TOKEN', 'short'], ['TRUST_PROXY', 'everyone'], ['TRUST_PROXY', '10.0.0.0/99'],
    ['LOG_LEVEL', 'loud'], ['ALLOW_LOCAL_PLATFORMS', 'perhaps'], ['SECRET_KEY', 'short'],
  ];
  for (const [name, value] of wrongValues) {
    it(`stops at ${name}=${value} with one line that names it`, () => {
      expect(() => loadConfig({ [name]: value })).to.throw(ConfigError, new RegExp(`^Coachline cannot start: ${name} must be [^\\n]+\\.$`));
    });
  }

  it('names every wrong variable at once', () => {
    expect(() => loadConfig({ PORT: 'x', JOBS: 'y' })).to.throw(ConfigError, /PORT must be .*; JOBS must be/);
  });

  it('wants to know whom mail is from, and says nothing of the password', () => {
    expect(() => loadConfig({ SMTP_URL: 'smtp://coach:hush@mail.example.org' })).to.throw(ConfigError, /^Coachline cannot start: MAIL_FROM must be set when SMTP_URL is set\.$/);
    expect(() => loadConfig({ SMTP_URL: 'smtp://coach:hush@mail.example.org/x', MAIL_FROM: 'c@example.org' })).to.throw(ConfigError).with.property('message').that.does.not.contain('hush');
    expect(smtpSettings(loadConfig({ SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'Coachline <c@example.org>' }))).to.deep.equal({ url: 'smtp://mail.example.org', from: 'Coachline <c@example.org>' });
    expect(smtpSettings(loadConfig({ MAIL_FROM: 'c@example.org' }))).to.equal(null);
  });

  it('wants a secret key in production on a database server', () => {
    expect(() => loadConfig({ NODE_ENV: 'production', DATABASE_URL: 'postgresql://h/d' })).to.throw(ConfigError, /SECRET_KEY must be set/);
  });
});
