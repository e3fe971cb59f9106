import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InputError } from '../../src/engine/errors.ts';
import { parseJson } from '../../src/verify/json-text.ts';

function refusal(text: string): string {
  try {
    parseJson('a.json', text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'was accepted';
}

const test = suite('JSON with places');

test('the first mistake is told with line, column and what might stand there', () => {
  for (const [text, message] of [
    ['', '1:1: expected JSON: a value, received the end of the file'],
    ['{"a": 1,\n  b: 2}', '2:3: expected JSON: a key in quotes, received b: 2}'],
    ['{"a" 1}', '1:6: expected JSON: a colon, received 1}'],
    ['[1 2]', '1:4: expected JSON: a comma or ], received 2]'],
    ['[1, ]', '1:5: expected JSON: a value, received ]'],
    ['{"a": [1]', '1:10: expected JSON: a comma or }, received the end of the file'],
    ['{"a": {}}\n}', '2:1: expected JSON: the end of the file, received }'],
    ['["a\u0000"]', '1:2: expected JSON: a value or ], received "a'],
    ['[01]', '1:3: expected JSON: a comma or ], received 1]'],
    ['\ufeff\u0000', '1:1: expected JSON: a value, received another character'],
  ] as const) {
    assert.is(refusal(text), `a.json:${message}`);
  }
});

test('what JSON is, is read', () => {
  const text = '\ufeff {"a": [1.5e3, -0, true, null, "\\u00e9\\n"], "b": {}} ';
  assert.equal(parseJson('a.json', text), { a: [1500, -0, true, null, 'é\n'], b: {} });
});

test('the end of every cut of a file is found', () => {
  const text = '{"a": [1.5, "x"], "b": {"c": null}}';
  for (let length = 0; length < text.length; length++) {
    assert.match(refusal(text.slice(0, length)), /^a\.json:1:\d+: expected JSON: /);
  }
});
test.run();
