import { javascript } from "@codemirror/lang-javascript";

export const language = () => javascript({ jsx: true });
