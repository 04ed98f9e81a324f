// relay tail: not built yet.

export function registerTail(): void {}
