// A source with its templates compiled: turns a payload into prepared alerts: checked, split where the source splits, rendered.

import { RE2JS } from 're2js';
import { RelayError } from '../../core/errors.js';
import { compile, compileExpression, type Template } from '../../jinja/compile.js';
import { parseJson } from '../../jinja/json.js';
import type { Value } from '../../jinja/values.js';
import type { AlertMember, PreparedAlert } from '../../model/alert.js';
import type { Source } from '../../model/topology.js';
import type { Pack } from '../pack/pack.js';
import { textsInUse } from '../pack/snapshot.js';
import { type Context, headersFor, type RequestHeaders } from './alert-context.js';
import { toLabels } from './labels.js';
import { dropAbsent, readPayloads, textOfPart } from './payload.js';
import { compileTemplates, isTrue, orNull } from './render-alert.js';
import { noted } from './rendering.js';

const MAX_ALERTS_PER_PAYLOAD = 1_000;

export interface CompiledSource {
  readonly source: Source;
  /**
   * @param contentType media type without parameters, lower case
   * @param headers of the request; templates see them in lower case, without secrets
   * @throws RelayError ingest.unreadable, ingest.invalid_payload
   */
  prepare(text: string, contentType: string, headers?: RequestHeaders): readonly PreparedAlert[];
  /** The member alerts of a stored payload, read from it anew. */
  membersOf(payload: string): readonly AlertMember[];
}

function compileMembers(pack: Pack): ((payload: Value) => readonly AlertMember[]) | null {
  if (pack.members === null) return null;
  const { each, title, resolved, labels, startsAt, link } = pack.members;
  const list = compileExpression(each);
  const labelsOf = compileExpression(labels);
  const [titleOf, resolvedOf, startsAtOf, linkOf] = [title, resolved, startsAt, link].map((text) =>
    compile(text),
  );
  return (payload) => {
    const items = list.evaluate({ payload });
    if (!Array.isArray(items)) return [];
    return items.slice(0, MAX_ALERTS_PER_PAYLOAD).map((member) => {
      const context = { payload, member };
      return {
        title: (titleOf as Template).render(context).trim(),
        state: isTrue((resolvedOf as Template).render(context)) ? 'resolved' : 'firing',
        labels: toLabels(labelsOf.evaluate(context)),
        startsAt: orNull((startsAtOf as Template).render(context).trim()),
        link: orNull((linkOf as Template).render(context).trim()),
      };
    });
  };
}

/** `alerts` is null where a payload without the list is taken as one alert; `error` says why the list could not be looked for. */
interface Parts {
  readonly alerts: readonly { readonly alert: Value; readonly text: string }[] | null;
  readonly error?: unknown;
}
type Splitter = (payload: Value) => Parts;

const WHOLE: Parts = { alerts: null };

function listAt(
  each: ReturnType<typeof compileExpression>,
  payload: Value,
): { readonly list: readonly Value[] | null; readonly error?: unknown } {
  try {
    const found = each.evaluate({ payload });
    return { list: Array.isArray(found) ? found : null };
  } catch (error) {
    return { list: null, error };
  }
}

/** @throws (the function it returns) RelayError ingest.invalid_payload where a payload without the list is refused */
function compileSplit(source: Source, pack: Pack): Splitter | null {
  const split = source.split === null ? undefined : pack.splits[source.split];
  if (split === undefined) return null;
  const each = compileExpression(split.each);
  return (payload) => {
    const { list, error } = listAt(each, payload);
    if (list !== null && list.length > 0)
      return { alerts: list.map((alert) => ({ alert, text: textOfPart(alert) })) };
    if (split.otherwise === 'whole') return error === undefined ? WHOLE : { alerts: null, error };
    throw new RelayError(
      'ingest.invalid_payload',
      `the body has no list at ${split.each} to split into alerts`,
      {
        ...(error instanceof Error ? { why: error.message } : {}),
        fix: `give the source "split: none" to accept such bodies as one alert`,
      },
    );
  };
}

function checkAccepted(pack: Pack): (payload: Value) => void {
  if (pack.accepts === null) return () => {};
  const { condition, otherwise } = pack.accepts;
  const expression = compileExpression(condition);
  return (payload) => {
    let accepted = false;
    try {
      accepted = expression.evaluate({ payload }) === true;
    } catch {
      accepted = false;
    }
    if (accepted) return;
    throw new RelayError('ingest.invalid_payload', otherwise, {
      why: `this source was made from the pack "${pack.slug}"`,
      fix: 'post to a source of the right kind: relay pack list',
    });
  };
}

/**
 * @param now milliseconds since the Unix epoch, for the templates' `time()`
 * @throws TemplateError when a template does not parse (validation reports these before)
 */
export function compileSource(source: Source, pack: Pack, now: () => number = Date.now): CompiledSource {
  const texts = textsInUse(source.templates, source.split);
  const options = { now, random: Math.random };
  const whole = compileTemplates(source, texts.whole, options);
  const part = texts.part === texts.whole ? whole : compileTemplates(source, texts.part, options);
  const absent = pack.absentPattern === null ? null : RE2JS.compile(pack.absentPattern);
  const clean =
    absent === null
      ? (value: Value) => value
      : (value: Value) => dropAbsent(value, (text) => absent.matches(text));
  const check = checkAccepted(pack);
  const split = compileSplit(source, pack);
  const members = compileMembers(pack);
  const prepareOne = (raw: Value, text: string, shared: Context): PreparedAlert[] => {
    const payload = clean(raw);
    check(payload);
    const context = { ...shared, payload, integration_name: source.name };
    const { alerts, error } = split?.(payload) ?? WHOLE;
    if (alerts === null) {
      const alert = whole.render(context, payload, text);
      if (error === undefined) return [alert];
      return [{ ...alert, renderErrors: [noted('split', error), ...alert.renderErrors] }];
    }
    return alerts.map((member) =>
      part.render({ ...context, alert: member.alert }, member.alert, member.text),
    );
  };
  return {
    source,
    prepare(text, contentType, headers = {}) {
      const payloads = readPayloads(text, contentType);
      const shared: Context = whole.readsHeaders || part.readsHeaders ? { headers: headersFor(headers) } : {};
      const [only] = payloads;
      const alerts =
        payloads.length === 1
          ? prepareOne(only as Value, text, shared)
          : payloads.flatMap((payload) => prepareOne(payload, textOfPart(payload), shared));
      if (alerts.length > MAX_ALERTS_PER_PAYLOAD) {
        throw new RelayError('ingest.invalid_payload', `the body holds ${alerts.length} alerts`, {
          why: `at most ${MAX_ALERTS_PER_PAYLOAD} are taken in one request`,
        });
      }
      return alerts;
    },
    membersOf(payload) {
      if (members === null || split !== null) return [];
      try {
        return members(clean(parseJson(payload)));
      } catch {
        return [];
      }
    },
  };
}
