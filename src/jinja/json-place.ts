// Where in a growing JSON text its end is: between the quotes of a string, or not. Reads each character once, as it is written.

export class JsonPlace {
  /** Whether the end of what was written is between the quotes of a string. */
  isInString = false;
  private isEscaped = false;

  follow(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (this.isEscaped) this.isEscaped = false;
      else if (unit === 0x22) this.isInString = !this.isInString;
      else if (unit === 0x5c) this.isEscaped = this.isInString;
    }
  }
}
