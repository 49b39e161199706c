import { startTestApp } from './support/app.ts';
import { describe, it } from 'mocha';
describe('x', () => { it('y', async () => { const t = await startTestApp(); console.log(t.app.printRoutes({ commonPrefix: false })); await t.close(); }); });
