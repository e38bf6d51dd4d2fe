import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback } from '../../../src/core/loopback.ts';

for (const host of [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'app.localhost',
  '127.0.0.1',
  '127.9.8.7',
  '[::1]',
  '[::1%lo]',
]) {
  test(`${host} is this computer`, () => assert.equal(isLoopback(host), true));
}

for (const host of [
  '',
  'notlocalhost',
  'localhost.example.com',
  '127.0.0.1.example.com',
  'x127.0.0.1',
  '127.1',
  '128.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::2]',
  '169.254.169.254',
  '10.0.0.1',
]) {
  test(`${JSON.stringify(host)} is not`, () => assert.equal(isLoopback(host), false));
}
