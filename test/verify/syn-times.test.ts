import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { verifyFile } from '../../src/verify/verify.ts';

const FILE = 'test/golden/kernels-syn-times.csv';
const TEXT = readFileSync(FILE, 'utf8');
const HEADER = 'config_id,rep,syn_retries,syn_linear_timeouts,client,syns,times_s,fail_s,errno';

const test = suite('SYN times of real clients');

test('six kernels: every SYN and every failure at its nominal time, late by at most the slack of the timer wheel', () => {
  const report = verifyFile(FILE, TEXT, new Map());
  assert.equal([report.cases, report.casesAgreed, report.cells, report.agreed], [112, 112, 648, 648]);
  assert.is(report.families.length, 6);
});

test('a time that a wheel does not explain, a SYN too many, and a wrong end are told', () => {
  const disagreements = (times: string, fails: string): string[] => {
    const report = verifyFile('f.csv', `${HEADER}\nx@6.18.44,1,1,4,0,3,${times},${fails},110`, new Map());
    return report.disagreements.map(({ field }) => field);
  };
  assert.equal(disagreements('0.000 1.011 2.020', '3.050'), []);
  assert.equal(disagreements('0.000 1.011 2.090', '3.050'), ['times_s[2]']);
  assert.equal(disagreements('0.000 0.990 2.020', '2.980'), ['times_s[1]', 'fail_s']);
  assert.equal(disagreements('0.000 1.011 2.020 3.030', '3.050'), ['times_s[3]', 'fail_s']);
});

test('hostile cells are refused with their place', () => {
  const refused = (row: string): string => {
    try {
      verifyFile('f.csv', `${HEADER}\n${row}`, new Map());
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return '';
  };
  assert.match(refused('x@5.4.0-1,1,1,4,0,3,0 1,,0'), /^f\.csv:2:1: expected NAME@KERNEL, of a known kernel/);
  assert.match(refused('x@6.18.44,1,1,4,0,3,0 2 1,,0'), /^f\.csv:2:21: expected up to 256 ascending seconds/);
  assert.match(refused(`x@6.18.44,1,1,4,0,3,${'0 '.repeat(300)}0,,0`), /^f\.csv:2:21: expected up to 256/);
  assert.match(refused('x@6.18.44,1,999,4,0,3,0 1,,0'), /^f\.csv:2:13: expected syn_retries: a number from 1 to 127/);
});

test.run();
