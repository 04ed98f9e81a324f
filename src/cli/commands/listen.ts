// relay listen: not built yet.

export function registerListen(): void {}
