import Anser, { type AnserJsonEntry } from 'anser';
import { visibleText } from '../parts/visible-text.ts';
import classes from './log.module.css';

/** Links, titles and other control sequences for a terminal; colours are kept. */
const OTHER_SEQUENCES =
  /\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\|$)|[PX^_][^\x1b]*(?:\x1b\\|$)|\[[0-?]*[ -/]*[@-ln-~]|[ -/]*[0-Z\\^-~])/g;
const CONTROLS = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g;
const HAS_SEQUENCE = /\x1b|[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

export const withoutSequences = (text: string): string =>
  HAS_SEQUENCE.test(text)
    ? text
        .replace(OTHER_SEQUENCES, '')
        .replace(/\x1b\[[\d;:]*m/g, '')
        .replace(CONTROLS, '')
        .replaceAll('\x1b', '')
    : text;

/** Text with its terminal colours, as elements: no part of it can become markup. */
export function AnsiText({ text }: { text: string }) {
  if (!HAS_SEQUENCE.test(text)) return <>{visibleText(text)}</>;
  const clean = text.replace(OTHER_SEQUENCES, '').replace(CONTROLS, '');
  const parts = Anser.ansiToJson(clean, { json: true, remove_empty: true, use_classes: true });
  return (
    <>
      {parts.map((part, index) => (
        <span key={index} className={classNames(part)} style={trueColours(part)}>
          {visibleText(part.content.replaceAll('\x1b', ''))}
        </span>
      ))}
    </>
  );
}

function classNames({ fg, bg, decorations }: AnserJsonEntry): string | undefined {
  const names = [
    ...(fg === null || fg === 'ansi-truecolor' ? [] : [classes[fg]]),
    ...(bg === null || bg === 'ansi-truecolor' ? [] : [classes[`on-${bg}`]]),
    ...decorations.map((decoration) => classes[decoration]),
  ].filter((name) => name !== undefined);
  return names.length === 0 ? undefined : names.join(' ');
}

function trueColours({ fg, bg, fg_truecolor: front, bg_truecolor: back }: AnserJsonEntry) {
  return {
    ...(fg === 'ansi-truecolor' && front ? { color: `rgb(${front})` } : {}),
    ...(bg === 'ansi-truecolor' && back ? { backgroundColor: `rgb(${back})` } : {}),
  };
}
