// The `loop` variable: where a for loop stands, its neighbours, cycle, changed, and loop(items) of recursive loops.

import { equals } from './compare.js';
import { typeError } from './errors.js';
import type { Run } from './limits.js';
import { define, invoke } from './signature.js';
import { type CallArguments, Callable, PartsObject, Tuple, Undefined, type Value } from './values.js';

export interface LoopPosition {
  /** Those read so far. */
  readonly items: readonly Value[];
  /** Reads one more; false when there is none. */
  readonly more: () => boolean;
  index: number;
  readonly depth: number;
  lastChanged: Value;
}

const CYCLE = define('cycle', '*', (_run, subject, args) => {
  if (args.length === 0) throw typeError('no items for cycling given');
  return args[(subject as LoopPosition).index % args.length];
});

const CHANGED = define('changed', '*', (_run, subject, args) => {
  const position = subject as LoopPosition;
  const now = new Tuple(args);
  if (position.lastChanged !== undefined && equals(position.lastChanged, now)) return false;
  position.lastChanged = now;
  return true;
});

function method(definition: typeof CYCLE, position: LoopPosition): Callable {
  return new Callable('method', definition.name, (run, args) => invoke(definition, run, position, args));
}

function attribute(position: LoopPosition, name: string): Value {
  const { items, index, depth } = position;
  if (name === 'length' || name === 'revindex' || name === 'revindex0') while (position.more());
  switch (name) {
    case 'index':
      return index + 1;
    case 'index0':
      return index;
    case 'revindex':
      return items.length - index;
    case 'revindex0':
      return items.length - index - 1;
    case 'first':
      return index === 0;
    case 'last':
      return index === items.length - 1 && !position.more();
    case 'length':
      return items.length;
    case 'depth':
      return depth + 1;
    case 'depth0':
      return depth;
    case 'previtem':
      return index > 0 ? items[index - 1] : new Undefined('there is no previous item');
    case 'nextitem':
      return index < items.length - 1 || position.more()
        ? items[index + 1]
        : new Undefined('there is no next item');
    case 'cycle':
      return method(CYCLE, position);
    case 'changed':
      return method(CHANGED, position);
    default:
      return undefined;
  }
}

/** The object templates see as `loop`. `recurse` is given for loops marked recursive. */
export function loopObject(position: LoopPosition, recurse?: (run: Run, items: Value) => Value): PartsObject {
  const call = (run: Run, args: CallArguments): Value => {
    if (recurse === undefined) {
      throw typeError("The loop must have the 'recursive' marker for it to be called recursively");
    }
    return recurse(run, args.positional[0]);
  };
  return new PartsObject('LoopContext', (name) => attribute(position, name), call);
}
