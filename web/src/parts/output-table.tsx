import type { Output } from '@runwright/client';
import { writeExactJson } from '@runwright/models';
import { words } from '../words/words.ts';
import { CopyButton } from './copy.tsx';
import { Icon } from './icon.tsx';
import { visibleText } from './visible-text.ts';
import classes from './table.module.css';

/** The list has no sensitive values, and the page does not request them. */
export function OutputTable({ outputs }: { outputs: readonly Output[] }) {
  return (
    <table className={`${classes['table'] ?? ''} ${classes['stacks'] ?? ''}`}>
      <tbody>
        {outputs.map(({ id, attributes: { name, value, sensitive } }) => {
          const text = typeof value === 'string' ? value : writeExactJson(value, 2);
          return (
            <tr key={id}>
              <th scope="row" className="mono foreign">
                {visibleText(name)}
              </th>
              <td>
                {sensitive ? (
                  <span className="row muted">
                    <Icon name="lock" size={13} /> {words.change.sensitive}
                  </span>
                ) : (
                  <span className={classes['value']}>
                    <pre className="foreign">{visibleText(text)}</pre>
                    <CopyButton text={text} label={words.action.copy} />
                  </span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
