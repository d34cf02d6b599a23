// Copies the modules that WebApp serves under /js into the package. They exist once, in WebApp/wwwroot/js.
import { copyFileSync, readFileSync } from 'node:fs';

const source = new URL('../../WebApp/wwwroot/js/', import.meta.url);
const here = new URL('./', import.meta.url);
for (const file of JSON.parse(readFileSync(new URL('package.json', here))).files) {
    copyFileSync(new URL(file, source), new URL(file, here));
}
