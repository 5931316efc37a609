import { expect, it } from "vitest";
import { fieldWords } from "./format";

it("reads a field that is a path by its end, and leaves every other name alone", () => {
  expect(fieldWords("/fields/Microsoft.VSTS.Common.Priority")).toBe("Priority");
  expect(fieldWords("/fields/System.State")).toBe("State");
  expect(fieldWords("Priority v1.2 / web")).toBe("Priority v1.2 / web");
  expect(fieldWords("/")).toBe("/");
});
