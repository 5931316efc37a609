// Lengths are written in px and travel as rem × --mantine-scale, so that the text scale
// (Settings, 100–200 %) enlarges everything in proportion. Hairlines stay hairlines.

const PIXELS = /(?<![\w.-])(-?\d*\.?\d+)px\b/g;
const HAIRLINE = 1.5;

/** @returns {import("postcss").Plugin} */
function scaledPixels() {
  return {
    postcssPlugin: "docket-scaled-pixels",
    Declaration(declaration) {
      if (!declaration.value.includes("px") || declaration.prop === "content") return;
      declaration.value = declaration.value.replace(PIXELS, (whole, number) =>
        Math.abs(Number(number)) <= HAIRLINE
          ? whole
          : `calc(${Number(number) / 16}rem * var(--mantine-scale, 1))`,
      );
    },
  };
}

export default {
  plugins: [scaledPixels()],
};
