import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { FileReport } from '../../src/verify/collected.ts';
import { rangeOf } from '../../src/verify/kernel-cells.ts';
import { releaseOf } from '../../src/verify/kernel-names.ts';
import { readKernelRuns } from '../../src/verify/kernel-runs.ts';
import { exportScenarios, verifyFile } from '../../src/verify/verify.ts';
import { agreementTable } from '../support/docs/agreement.ts';
import { generatedBlocks } from '../support/docs/documents.ts';

const ONE_KERNEL = 'test/golden/kernel-6.18.csv';
const SIX_KERNELS = 'test/golden/kernels.csv';
const TEXTS = new Map([ONE_KERNEL, SIX_KERNELS].map((file) => [file, readFileSync(file, 'utf8')]));

function textOf(file: string): string {
  return TEXTS.get(file) ?? '';
}

const reports = new Map<string, FileReport>();

/** Each file is run once. */
function reportOf(file: string): FileReport {
  const report = reports.get(file) ?? verifyFile(file, readFileSync(file, 'utf8'), new Map());
  reports.set(file, report);
  return report;
}

/** Share of cells that agree, of the families that `has` names. */
function agreement({ families }: FileReport, has: (family: string) => boolean): number {
  const chosen = families.filter(({ family }) => has(family));
  const sum = (what: 'cells' | 'agreed'): number => chosen.reduce((total, family) => total + family[what], 0);
  return sum('agreed') / sum('cells');
}

const isOverload = (family: string): boolean => family === 'E6' || family === 'E6b';

const test = suite('runs of real kernels');

test('Linux 6.18.44: 99 of 100 cells agree outside overload, 95 of 100 in it', () => {
  const report = reportOf(ONE_KERNEL);
  assert.equal([report.kind, report.cases, report.families.length], ['kernel-runs', 261, 20]);
  assert.ok(report.cells > 1350 && report.zeroCells > 1500, `${report.cells} cells, ${report.zeroCells} zero`);
  const outside = agreement(report, (family) => !isOverload(family));
  const overload = agreement(report, isOverload);
  assert.ok(outside >= 0.99, `${outside}`);
  assert.ok(overload >= 0.95, `${overload}`);
});

test('six kernels from 5.10 to 7.2, server and clients alike: 99 of 100 cells agree', () => {
  const report = reportOf(SIX_KERNELS);
  assert.equal([report.cases, report.families.length], [292, 9]);
  assert.ok(agreement(report, () => true) >= 0.99, `${report.agreed} of ${report.cells}`);
});

test('how far they agree is told in the document (npm run readme rewrites it)', () => {
  const blocks = generatedBlocks(readFileSync('src/verify/README.md', 'utf8')).filter(
    ({ name }) => name === 'agreement',
  );
  assert.equal(
    blocks.map(({ body }) => body),
    [agreementTable(reportOf)],
  );
});

test('the tolerance: the range of the repeats, wider by two counts or a share of the count', () => {
  assert.equal(rangeOf('cli_connected', 'E1', [10, 12]), [8, 14]);
  assert.equal(rangeOf('cli_connected', 'E1', [1000, 2000]), [970, 2060]);
  assert.equal(rangeOf('cli_connected', 'E4', [1000, 2000]), [850, 2300]);
  assert.equal(rangeOf('srv_accepted', 'E6', [1000, 2000]), [920, 2160]);
  assert.equal(rangeOf('c_TCPSynRetrans', 'E6b', [1000, 2000]), [700, 2600]);
  assert.equal(rangeOf('cli_connected', 'K7', [1000, 2000]), [750, 2500]);
});

test('a kernel that behaves otherwise is found out', () => {
  const lines = textOf(ONE_KERNEL).split('\n');
  const grid = [lines[0], ...lines.filter((line) => line.includes(',E2grid,A_grid,'))].join('\n');
  const whole = verifyFile('f.csv', grid, new Map());
  const old = verifyFile('f.csv', grid.replaceAll(',6.18.44,', ',4.1.15,'), new Map());
  assert.is(whole.agreed, whole.cells);
  assert.ok(old.agreed < old.cells * 0.7, `${old.agreed} of ${old.cells}`);
  assert.ok(old.disagreements.some(({ field, rule }) => field === 's_TCPReqQFullDrop' && rule === 'R2, R4.1'));
});

test('what a note or the file itself calls an artifact is left out', () => {
  const artifacts = readKernelRuns(ONE_KERNEL, textOf(ONE_KERNEL)).filter(({ counts }) => {
    return counts.get('s_TCPSynRetrans')?.length === 0;
  });
  assert.ok(artifacts.length > 0 && artifacts.every(({ config }) => config.sysctl['net.core.somaxconn'] === 4096));
  const contaminated = readKernelRuns(ONE_KERNEL, textOf(ONE_KERNEL)).find(({ config }) => config.id === 'E6-d1e4582c');
  assert.equal(contaminated?.counts.get('s_SyncookiesSent')?.length, 3);
  assert.equal(contaminated?.counts.get('s_SyncookiesRecv')?.length, 1);
});

test('every configuration can be written out as a scenario', () => {
  for (const file of TEXTS.keys()) {
    const exported = exportScenarios(file, textOf(file));
    assert.ok(exported.length > 250);
    for (const { name, text } of exported.slice(0, 40)) {
      assert.is(parseScenario(text, `${name}.yaml`).name, name);
    }
  }
});

test('names of kernels: releases upstream, and the ABIs of Debian that were measured', () => {
  const names = [
    '6.18.44',
    '6.18.44-fc-v595',
    '6.12.107+deb13-cloud-amd64',
    '5.10.0-32-cloud-amd64',
    '5.10.0-99',
    '6.18',
    '',
  ];
  assert.equal(names.map(releaseOf), ['6.18.44', '6.18.44', '6.12.107', '5.10.223', null, null, null]);
});

test('hostile files are refused with the place of what is wrong', () => {
  const [header = '', row = ''] = textOf(ONE_KERNEL).split('\n');
  const names = header.split(',');
  const refusal = (text: string): string => {
    try {
      verifyFile('f.csv', text, new Map());
    } catch (error) {
      if (error instanceof InputError) return error.message.split('\n')[0] ?? '';
      throw error;
    }
    return 'none';
  };
  const changed = (changes: Record<string, string>): string => {
    const cells = row.split(',').map((cell, i) => changes[names[i] ?? ''] ?? cell);
    return refusal([header, cells.join(',')].join('\n'));
  };
  assert.match(
    changed({ n_legit: '1e12' }),
    /^f\.csv:2:\d+: expected n_legit: a number from 0 to 1000000, received 1e12$/,
  );
  assert.match(changed({ dur_s: '1e300' }), /^f\.csv:2:\d+: expected dur_s: /);
  assert.match(changed({ listeners: '2.5' }), /^f\.csv:2:\d+: expected listeners: a whole number, received 2\.5$/);
  assert.match(changed({ server_mode: 'fast' }), /expected server_mode: none or asap or rate, received fast$/);
  assert.match(
    changed({ kernel: '5.4.0-42-generic' }),
    /expected a kernel by its upstream release \(6\.18\.44\), or one of/,
  );
  assert.match(
    changed({ kernel: '9.9.9' }),
    /^f\.csv: E1-1540dfb8: E1-1540dfb8\.yaml:\d+:\d+: expected one of linux-1\.2, .*received linux-9\.9\.9$/,
  );
  assert.match(changed({ s_ListenDrops: 'many' }), /^f\.csv:2:\d+: expected s_ListenDrops: a number from -1 to /);
  assert.match(
    changed({ config_id: '../../etc' }),
    /^f\.csv:2:1: expected a name of a configuration, received \.\.\/\.\.\/etc$/,
  );
  assert.match(
    refusal([header.replace('rtt_ms', 'rtt'), row].join('\n')),
    /^f\.csv:1:1: expected a header with the columns/,
  );
  assert.match(
    refusal([header, ...Array.from({ length: 101 }, () => row)].join('\n')),
    /^f\.csv:102:1: expected at most 100 repeats/,
  );
  const other = row.replace(',2000,', ',2001,');
  assert.match(
    refusal([header, row, other].join('\n')),
    /^f\.csv:3:\d+: expected legit_rate as in line 2, of the same configuration, received 2001$/,
  );
});

test.run();
