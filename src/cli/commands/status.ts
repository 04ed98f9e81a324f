// relay status: not built yet.

export function registerStatus(): void {}
