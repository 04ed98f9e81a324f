// What the package offers as `relay/jinja`: the template language, for use outside Relay. Relay's own code imports the files
// themselves; nothing is defined here.

export { type CompileOptions, compile, compileExpression, type Template } from './compile.js';
export { TemplateError, type TemplateErrorKind, type TemplateErrorPlace } from './errors.js';
export { parseJson, toJson } from './json.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { PyDateTime, PyFloat, PyTimeDelta, Undefined, type Value } from './values.js';
