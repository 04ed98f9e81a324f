// relay channel: not built yet.

export function registerChannel(): void {}
