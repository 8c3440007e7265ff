import type { Output } from '@runwright/client';
import type { JsonChange } from '../changes/plan.ts';
import type { OutputChange } from './output-histories.ts';

/** A change of an output in the form of a plan's JSON. */
export const diffOf = ({ before, after }: OutputChange): JsonChange => ({
  before: shown(before),
  after: shown(after),
  before_sensitive: before?.attributes.sensitive === true,
  after_sensitive: after?.attributes.sensitive === true,
});

/** Any value stands for a hidden one: the diff only shows that it is hidden. */
const shown = (output: Output | undefined): unknown =>
  output?.attributes.sensitive === true ? true : output?.attributes.value;
