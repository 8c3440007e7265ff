import { Fragment } from 'react';
import { visibleText } from './visible-text.ts';

/** The address of a resource. A long one is broken before a dot or a bracket rather than inside a name. */
export const Address = ({ text }: { text: string }) =>
  visibleText(text)
    .split(/(?=[.[])/)
    .map((part, index) => (
      <Fragment key={index}>
        <wbr />
        {part}
      </Fragment>
    ));
