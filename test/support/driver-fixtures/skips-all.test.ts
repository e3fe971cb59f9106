import { suite } from 'uvu';
import { skipped } from '../skip.ts';

const test = suite('skips all');

skipped('one', 'nothing to try it on');

test.run();
