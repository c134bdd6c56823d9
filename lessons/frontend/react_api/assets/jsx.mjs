import { transform } from "sucrase";

globalThis.sucrase = transform;
