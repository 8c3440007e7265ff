import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kebabToSnake, renameKeys, snakeToKebab } from './key-case.ts';

describe('the key codec', () => {
  it('turns fields into attributes and back', () => {
    expect(snakeToKebab('allow_config_generation')).toBe('allow-config-generation');
    expect(kebabToSnake('allow-config-generation')).toBe('allow_config_generation');
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]+(_[a-z0-9]+){0,3}$/), fc.jsonValue()), (record) => {
        expect(renameKeys(renameKeys(record, snakeToKebab), kebabToSnake)).toEqual(record);
      }),
    );
  });

  it('renames only the first level, since deeper levels are data', () => {
    const record = { target_addrs: ['a_b.c_d'], variables: [{ some_key: 'x_y' }] };
    expect(renameKeys(record, snakeToKebab)).toEqual({
      'target-addrs': ['a_b.c_d'],
      variables: [{ some_key: 'x_y' }],
    });
  });
});
