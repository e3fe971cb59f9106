import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('fails');

test('one and one', () => assert.is(1 + 1, 3));
test('another', () => {});

test.run();
