// relay serve: not built yet.

export function registerServe(): void {}
