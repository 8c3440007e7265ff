import { readDiagnostic, type Diagnostic } from './diagnostic.ts';
import { linesOf, type LogLine } from './log-lines.ts';
import { noteProblem, noteProgress, type ResourceProgress } from './resource-progress.ts';

/**
 * The known part of a log. It grows by bytes from one offset on, and notifies its listeners.
 *
 * Bytes may end inside a character, and text inside a line: an incomplete one waits for its rest.
 */
export class LogStore {
  readonly lines: LogLine[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly progress = new Map<string, ResourceProgress>();
  /** The offset of the next read, in bytes of the log without marks. */
  offset = 0;
  isComplete = false;
  isLost = false;
  #version = 0;
  #rest = '';
  readonly #decoder = new TextDecoder();
  readonly #listeners = new Set<() => void>();

  append(bytes: Uint8Array, nextOffset: number, isComplete: boolean): void {
    this.#take(this.#decoder.decode(bytes, { stream: !isComplete }), nextOffset, isComplete);
  }

  /** Appends text that is cut only between characters. */
  appendText(text: string, nextOffset: number): void {
    this.#take(text, nextOffset, false);
  }

  #take(more: string, nextOffset: number, isComplete: boolean): void {
    this.offset = nextOffset;
    const text = this.#rest + more;
    const written = text.split('\n');
    this.#rest = written.pop() ?? '';
    if (isComplete && this.#rest !== '') {
      written.push(this.#rest);
      this.#rest = '';
    }
    for (const each of written) {
      const line = each.endsWith('\r') ? each.slice(0, -1) : each;
      this.#add(line);
    }
    this.isComplete = isComplete;
    this.isLost = false;
    this.#tell();
  }

  #add(line: string): void {
    const diagnostic = readDiagnostic(line);
    if (diagnostic === undefined) {
      noteProgress(line, this.progress);
      this.lines.push(line);
      return;
    }
    this.diagnostics.push(diagnostic);
    noteProblem(diagnostic, this.progress);
    this.lines.push(...linesOf(diagnostic));
  }

  /** Notifies the listeners that the connection is lost. */
  lost(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.#tell();
  }

  /** Nothing more will come, although there is no end mark: the phase never ran. */
  end(): void {
    if (this.isComplete) return;
    this.append(new Uint8Array(), this.offset, true);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
