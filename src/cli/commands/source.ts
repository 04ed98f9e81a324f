// relay source: not built yet.

export function registerSource(): void {}
