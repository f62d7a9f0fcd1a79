export { default, metadata } from "./predict/page";
