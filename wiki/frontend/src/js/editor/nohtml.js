// Stands for the HTML mode that the Markdown mode asks for: here raw HTML is only text.
import { LanguageSupport, StreamLanguage } from "@codemirror/language";

const text = StreamLanguage.define({
  token(stream) {
    stream.skipToEnd();
    return null;
  },
});

export const html = () => new LanguageSupport(text);
export const htmlCompletionSource = () => null;
