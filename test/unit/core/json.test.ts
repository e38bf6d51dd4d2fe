import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { numberField, parseObject, stringField } from '../../../src/core/json.ts';

describe('parseObject', () => {
  it('gives objects and nothing else, without an error', () => {
    assert.deepEqual(parseObject('{"a": 1}'), { a: 1 });
    for (const text of ['', 'null', '[]', '[{"a": 1}]', '"{}"', '1', '{', '{"a": 1} x', '\uFEFF{}']) {
      assert.equal(parseObject(text), undefined, text);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseObject(text);
      }),
    );
  });
});

describe('fields', () => {
  const object = parseObject('{"text": "x", "empty": "", "number": 2, "nothing": null, "list": ["x"]}');

  it('are texts that hold something', () => {
    assert.equal(stringField(object, 'text'), 'x');
    for (const name of ['empty', 'number', 'nothing', 'list', 'absent', 'toString', '__proto__']) {
      assert.equal(stringField(object, name), undefined, name);
    }
    assert.equal(stringField(undefined, 'text'), undefined);
  });

  it('are numbers', () => {
    assert.equal(numberField(object, 'number'), 2);
    for (const name of ['text', 'nothing', 'list', 'absent'])
      assert.equal(numberField(object, name), undefined);
    assert.equal(numberField(undefined, 'number'), undefined);
  });
});
