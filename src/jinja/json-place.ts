// Where in a JSON text its end is: between the quotes of a string, or not. Reads each character once.

/** Whether the end of a growing text is between the quotes of a JSON string. */
export class JsonPlace {
  private seen = 0;
  private isInside = false;

  isInString(text: string): boolean {
    for (; this.seen < text.length; this.seen += 1) {
      const unit = text[this.seen];
      if (unit === '"') this.isInside = !this.isInside;
      else if (unit === '\\' && this.isInside) this.seen += 1;
    }
    return this.isInside;
  }
}
