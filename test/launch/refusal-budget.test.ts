import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRefusalBudget } from '../../server/plugins/refusal-budget.ts';

describe('audit rows of refused launches', () => {
  const now = Temporal.Instant.from('2026-05-11T08:00:00Z');

  it('stop after a thousand of one network in ten minutes, and the last one says so', () => {
    const budget = createRefusalBudget();
    const answers = Array.from({ length: 1_002 }, () => budget('192.0.2.1', now));
    expect(answers.slice(0, 999).every((answer) => answer === 'write')).to.equal(true);
    expect(answers.slice(999)).to.deep.equal(['last', 'silent', 'silent']);
    expect(budget('192.0.2.2', now), 'another network').to.equal('write');
    expect(budget('192.0.2.1', now.add({ minutes: 10 })), 'later').to.equal('write');
  });

  it('remember a bounded number of networks', () => {
    const budget = createRefusalBudget();
    for (let row = 0; row < 1_001; row += 1) budget('first', now);
    for (let network = 0; network < 10_000; network += 1) budget(`network ${network}`, now);
    expect(budget('first', now), 'forgotten').to.equal('write');
  });
});
