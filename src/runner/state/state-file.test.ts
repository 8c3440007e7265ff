import { describe, expect, it } from 'vitest';
import { parseState, pickNewest } from './state-file.ts';

const make = (serial: number, resources: object[] = []) =>
  parseState(Buffer.from(JSON.stringify({ version: 4, serial, lineage: 'l', resources, outputs: {} })));

describe('a state file', () => {
  it('is no state when it is cut off, empty, or has no version', () => {
    const whole = make(1)?.bytes ?? Buffer.alloc(0);
    expect(parseState(whole.subarray(0, -5))).toBeUndefined();
    expect(parseState(Buffer.alloc(0))).toBeUndefined();
    expect(parseState(Buffer.from('{"serial":1,"lineage":"l"}'))).toBeUndefined();
  });

  it('has as many instances as its resources have', () => {
    const resources = [
      { provider: 'p', instances: [{}, {}] },
      { provider: 'p', instances: [{}] },
    ];
    const snapshot = make(1, resources);
    expect(snapshot && snapshot.instanceCount).toBe(3);
  });

  it('is the newest by serial, the first of equals', () => {
    const [first, second, third] = [make(2), make(3), make(3, [{ provider: 'p', instances: [] }])];
    expect(pickNewest([first, undefined, third, second])).toBe(third);
    expect(pickNewest([undefined])).toBeUndefined();
  });
});
