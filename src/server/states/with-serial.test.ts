import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withSerial } from './with-serial.ts';

test('changes the serial and nothing else, not even numbers that JavaScript rounds', () => {
  const text =
    '{\n  "version": 4,\n  "serial": 3,\n  "outputs": {"n": {"value": 12345678901234567890.10}}\n}\n';
  expect(withSerial(text, 12)).toBe(text.replace('"serial": 3', '"serial": 12'));
});

test('leaves serials inside of other things alone', () => {
  const text = String.raw`{"a":{"serial":1},"b":"\"serial\":2,","c":[{"serial":3}],"serial":4,"d":{"serial":5}}`;
  expect(withSerial(text, 9)).toBe(text.replace('"serial":4', '"serial":9'));
});

test('a file without a serial has none to change', () => {
  expect(withSerial('{"version":4,"other":{"serial":1}}', 2)).toBeUndefined();
});

test('whatever else a document holds stays', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), fc.nat(), (rest, before, after) => {
      const file = { ...rest, serial: before };
      const changed = withSerial(JSON.stringify(file), after) ?? '';
      expect(JSON.parse(changed)).toEqual(JSON.parse(JSON.stringify({ ...file, serial: after })));
    }),
  );
});
