// A job that never ends and does not listen: what a stop must not wait for.
import { parentPort } from 'node:worker_threads';

parentPort?.postMessage('stuck');
setInterval(() => {}, 60_000);
