// npm run bench: what launches and pages cost, beside the least that they can cost. A missed target is told, not failed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel, openClient } from './bench/browser.ts';
import type { Client, SignedInPage } from './bench/browser.ts';
import { measureDemo } from './bench/demo-start.ts';
import { floorSchema } from './bench/floor-server.ts';
import { facultyOf, knownLearners, learnerAt, newLearners, populationOf } from './bench/population.ts';
import type { BenchPerson, Population } from './bench/population.ts';
import { canMeasure, processCpuMs, residentMb, treeCpuMs } from './bench/processes.ts';
import { judge, median, printTable, tell } from './bench/report.ts';
import { prepareDatabase, serveKeySet, startFloor, startPostgres, startServer } from './bench/servers.ts';
import type { BenchPostgres, RunningServer } from './bench/servers.ts';
