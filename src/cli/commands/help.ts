// relay help: not built yet.

export function registerHelp(): void {}
