// Lets a child process of a test run this project's TypeScript as it stands: `node --import <this file> program.ts`.

import { register } from 'node:module';

register(new URL('./typescript-hooks.js', import.meta.url));
