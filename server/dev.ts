// npm run dev: the web process with the live preview of the course material in content/, or in the folder that is named.
import { join, resolve } from 'node:path';
import { createLivePreview } from './live-preview.ts';
import { begin } from './main.ts';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../content/improvement-coach'));
await begin(createLivePreview(folder, (line) => { process.stderr.write(`${line}\n`); }));
