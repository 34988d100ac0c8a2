// Writing together: joins the editor of a page to the text that others write in too.
import { begin } from "./live/session.js";

const box = document.querySelector("[data-coediting]");
const form = box?.closest("form[data-editor]");

if (form?.editor) begin(form, box);
else form?.addEventListener("editor:ready", () => begin(form, box), { once: true });
