/** Who makes which generated part of the documents. */
import { publishedTable } from '../published.ts';
import { agreementTable } from './agreement.ts';
import { apiReference, exampleProgram } from './api-reference.ts';
import type { Generator } from './documents.ts';
import { counterTable, metricTable } from './metric-reference.ts';
import {
  causeTable,
  clientTable,
  freeBsdTurningPoints,
  leftOut,
  linuxTurningPoints,
  moduleTable,
  ruleTable,
} from './model-reference.ts';
import { scenarioFile, scenarioKeys, shippedScenarios, sysctlTable } from './scenario-reference.ts';

/** Those that take long, each compared by the test that runs what it tells of. */
export const COMPARED_ELSEWHERE: readonly string[] = ['agreement', 'published'];

export const GENERATORS: Readonly<Record<string, Generator>> = {
  agreement: () => agreementTable(),
  api: apiReference,
  causes: causeTable,
  clients: clientTable,
  counters: counterTable,
  'freebsd-releases': freeBsdTurningPoints,
  'left-out': leftOut,
  'linux-versions': linuxTurningPoints,
  metrics: metricTable,
  modules: moduleTable,
  program: exampleProgram,
  published: publishedTable,
  rules: ruleTable,
  'scenario-keys': scenarioKeys,
  scenario: scenarioFile,
  scenarios: shippedScenarios,
  sysctls: sysctlTable,
};
