import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { findOwnAddresses, type OwnAddress } from './own-addresses.ts';
import classes from './comments.module.css';

const C = laterWords.comment;

/** A comment as text, in which addresses of runs, resources and log lines are links. */
export function CommentText({ text }: { text: string }) {
  return findOwnAddresses(text, location.origin).map((piece, index) =>
    typeof piece === 'string' ? (
      visibleText(piece)
    ) : (
      <Link
        key={index}
        to={piece.path as never}
        search={piece.search as never}
        hash={piece.hash}
        className={classes['reference'] ?? ''}
      >
        <Icon name={piece.lines === undefined ? 'link' : 'terminal'} size={12} />
        {visibleText(labelOf(piece))}
      </Link>
    ),
  );
}

function labelOf({ path, resource, lines }: OwnAddress): string {
  if (resource !== undefined) return resource;
  if (lines !== undefined) return C.lines[lines.phase](lines.from, lines.to);
  return path.split('/').at(-1) ?? path;
}
