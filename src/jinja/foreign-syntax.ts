// What people bring from other template languages and from JavaScript, and how it is written here. Words for errors only.

/** How a sign that this language does not have is written here; undefined when it means nothing elsewhere either. */
export function hintForSign(source: string, at: number): string | undefined {
  const sign = source[at];
  const name = /^[\w.]*/.exec(source.slice(at + 1, at + 60))![0];
  switch (sign) {
    case '$':
      return name === ''
        ? 'variables have no $ here: write their names alone'
        : `variables have no $ here (that is Go's or a shell's way): write ${name}`;
    case '&':
      return 'write: a and b';
    case '!':
      return name === '' ? 'write: not a' : `write: not ${name}`;
    case '?':
      return 'write: a if condition else b; for a default: value or "default"';
    case '“':
    case '”':
    case '„':
    case '‘':
    case '’':
      return 'that is a typographic quotation mark: write " or \'';
    case '`':
      return 'write texts in " or \', and join their parts with ~';
    case '#':
      return 'comments stand in {# … #}';
    case '\\':
      return 'backslashes stand in texts only: no need to escape quotation marks here';
    default:
      return undefined;
  }
}

/** A hint for a sign of this language where it cannot stand. `next` follows it. */
export function hintForOperator(text: string, next: string): string | undefined {
  switch (text) {
    case '.':
      return `that is Go's template syntax: here a name stands before the dot, as in payload.${next === '' ? 'title' : next}`;
    case '|':
      return 'for either of two write: a or b';
    case '=':
      return 'compare with ==; give a value with {% set name = value %}';
    case ':':
      return 'write a choice as: a if condition else b';
    case ';':
      return 'no semicolon is needed';
    case '>':
      return 'there are no arrow functions: see the filters map and select';
    default:
      return undefined;
  }
}

const STATEMENT_WORDS: ReadonlySet<string> = new Set(
  'if elif elseif else end endif for endfor range with define template block set include'.split(' '),
);

/** For `{{ if … }}`, which is how Go writes `{% if … %}`. */
export function hintForStatementWord(word: string): string | undefined {
  if (!STATEMENT_WORDS.has(word)) return undefined;
  if (word === 'range') return "that is Go's template syntax: write {% for item in items %} … {% endfor %}";
  return `statements stand in {% … %}: write {% ${word === 'end' ? 'endif' : word} … %}`;
}

const TAGS: ReadonlyMap<string, string> = new Map([
  ['elseif', 'write {% elif … %}'],
  ['elsif', 'write {% elif … %}'],
  ['end', 'write {% endif %}, {% endfor %} and so on'],
  ['fi', 'write {% endif %}'],
  ['range', 'write {% for item in items %}'],
  ['foreach', 'write {% for item in items %}'],
  ['while', 'there is no while: write {% for i in range(10) %}'],
  ['break', 'there is no break: write the condition into the loop, {% for item in items if … %}'],
  ['continue', 'there is no continue: write the condition into the loop, {% for item in items if … %}'],
  ['do', 'write {% set _ = … %}'],
  ['let', 'write {% set name = value %}'],
  ['var', 'write {% set name = value %}'],
  ['assign', 'write {% set name = value %}'],
  ['unless', 'write {% if not … %}'],
  ['autoescape', 'nothing is escaped by itself here: use the filter e'],
  ['trans', 'there are no translations here'],
]);

export function hintForTag(name: string): string | undefined {
  return TAGS.get(name);
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['null', 'write: none'],
  ['nil', 'write: none'],
  ['undefined', 'write: value is defined'],
  ['lipsum', 'there is no made-up text here'],
  ['now', 'write: time()'],
  ['utcnow', 'write: time()'],
  ['len', 'write: value | length'],
  ['str', 'write: value | string'],
  ['int', 'write: value | int'],
  ['float', 'write: value | float'],
  ['list', 'write: value | list'],
  ['set', 'write: value | unique | list'],
  ['sorted', 'write: value | sort'],
  ['reversed', 'write: value | reverse'],
  ['enumerate', 'write: loop.index within the loop'],
  ['zip', 'write: other[loop.index0] within the loop'],
  ['max', 'write: values | max'],
  ['min', 'write: values | min'],
  ['sum', 'write: values | sum'],
  ['any', 'write: values | select | list'],
  ['print', 'write: {{ value }}'],
  ['printf', "write: '%s' % value"],
  ['toUpper', 'write: value | upper'],
  ['toLower', 'write: value | lower'],
  ['super', 'a template here has no other files, so nothing to inherit from'],
  ['JSON', 'write: value | tojson, or text | parse_json'],
]);

/** For an unknown name that other languages have. */
export function hintForName(name: string): string | undefined {
  return NAMES.get(name);
}

const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['length', 'write: value | length'],
  ['size', 'write: value | length'],
  ['len', 'write: value | length'],
  ['toLowerCase', 'write: value | lower'],
  ['toUpperCase', 'write: value | upper'],
  ['trim', 'write: value | trim'],
  ['trimStart', 'write: value.lstrip()'],
  ['trimEnd', 'write: value.rstrip()'],
  ['includes', 'write: part in value'],
  ['contains', 'write: part in value'],
  ['has_key', 'write: key in value'],
  ['hasOwnProperty', 'write: key in value'],
  ['indexOf', 'write: value.find(part)'],
  ['lastIndexOf', 'write: value.rfind(part)'],
  ['substring', 'write: value[start:end]'],
  ['substr', 'write: value[start:end]'],
  ['slice', 'write: value[start:end]'],
  ['charAt', 'write: value[index]'],
  ['concat', 'write: a ~ b for texts, a + b for lists'],
  ['replaceAll', 'write: value | replace(old, new)'],
  ['startsWith', 'write: value.startswith(part)'],
  ['endsWith', 'write: value.endswith(part)'],
  ['padStart', 'write: value.rjust(width)'],
  ['padEnd', 'write: value.ljust(width)'],
  ['repeat', 'write: value * times'],
  ['toString', 'write: value | string'],
  ['toFixed', "write: '%.2f' % value"],
  ['push', 'write: {% set _ = list.append(value) %}'],
  ['forEach', 'write: {% for item in items %} … {% endfor %}'],
  ['map', 'write: items | map(attribute="name")'],
  ['filter', 'write: items | selectattr("name", "equalto", value)'],
  ['find', 'write: items | selectattr("name", "equalto", value) | first'],
  ['join', 'write: items | join(", ")'],
  ['sort', 'write: items | sort'],
  ['reverse', 'write: items | reverse'],
  ['first', 'write: items | first'],
  ['last', 'write: items | last'],
]);

/** For a missing attribute that JavaScript (or older Python) has. */
export function hintForMember(name: string): string | undefined {
  return MEMBERS.get(name);
}
