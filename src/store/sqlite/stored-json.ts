// JSON of texts that are read back from the database to stand for it.

/** Null where the text would not come back as it is: half of a character of two is stored as a sign that it was broken. */
export function storedJson(text: string): string | null {
  const json = JSON.stringify(text);
  return json.includes('\\ud') ? null : json;
}
