import { useMemo, type ReactNode } from 'react';
import { readMarkdown, readSpans, type Block, type Span } from './markdown.ts';
import { visibleText } from './visible-text.ts';
import classes from './markdown.module.css';

/** More would make a page slow that has other things to show. */
const MOST_CHARACTERS = 100_000;

/** Markdown that others wrote, as text of this page: nothing in it is executed or fetched. */
export function MarkdownText({ source }: { source: string }) {
  const blocks = useMemo(() => readMarkdown(source.slice(0, MOST_CHARACTERS)), [source]);
  return <div className={`${classes['markdown'] ?? ''} foreign`}>{blocks.map(blockOf)}</div>;
}

function blockOf(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'heading': {
      // The page has its own first two levels.
      const Heading = block.level === 1 ? 'h3' : block.level === 2 ? 'h4' : 'h5';
      return <Heading key={key}>{spansOf(block.text)}</Heading>;
    }
    case 'code':
      return (
        <pre key={key} tabIndex={0}>
          {visibleText(block.text)}
        </pre>
      );
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      return (
        <List key={key}>
          {block.items.map((item, index) => (
            <li key={index}>{spansOf(item)}</li>
          ))}
        </List>
      );
    }
    case 'quote':
      return <blockquote key={key}>{spansOf(block.text)}</blockquote>;
    case 'paragraph':
      return <p key={key}>{spansOf(block.text)}</p>;
  }
}

const spansOf = (text: string): ReactNode => readSpans(text).map(spanOf);

function spanOf(span: Span, key: number): ReactNode {
  const text = visibleText(span.text);
  switch (span.kind) {
    case 'code':
      return <code key={key}>{text}</code>;
    case 'strong':
      return <strong key={key}>{text}</strong>;
    case 'em':
      return <em key={key}>{text}</em>;
    case 'link':
      return (
        <a key={key} href={span.address} target="_blank" rel="noreferrer noopener">
          {text}
        </a>
      );
    case 'text':
      return text;
  }
}
