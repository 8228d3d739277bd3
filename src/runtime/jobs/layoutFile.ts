/** A layout as files: CSV, NumPy's array, or what TensorBoard's projector reads. */

export interface LayoutPoints {
  /** [rows, 2] */
  readonly layout: Float32Array;
  readonly examples: readonly number[];
  readonly labels: readonly string[] | null;
}

/** The content of a file, and its name within a projector's folder. Metadata without labels are the examples' positions. */
export function layoutFile(kind: "csv" | "npy" | "tsv" | "metadata" | "config", { layout, examples, labels }: LayoutPoints): { readonly name: string; readonly content: string | Uint8Array } {
  const rows = examples.length;
  const place = (row: number) => [layout[2 * row], layout[2 * row + 1]].map((value) => String(Number(value.toPrecision(7))));
  switch (kind) {
    case "csv":
      return { name: "layout.csv", content: ["example,x,y" + (labels ? ",label" : ""), ...examples.map((example, row) => [String(example), ...place(row), ...(labels ? [csvField(labels[row])] : [])].join(","))].join("\n") + "\n" };
    case "npy":
      return { name: "layout.npy", content: npy(layout, rows) };
    case "tsv":
      return { name: "tensors.tsv", content: examples.map((_, row) => place(row).join("\t")).join("\n") + "\n" };
    case "metadata":
      return { name: "metadata.tsv", content: examples.map((example, row) => (labels ? labels[row].replaceAll(/[\t\r\n]/g, " ") : String(example))).join("\n") + "\n" };
    case "config":
      return { name: "projector_config.pbtxt", content: 'embeddings {\n  tensor_name: "layout"\n  tensor_path: "tensors.tsv"\n  metadata_path: "metadata.tsv"\n}\n' };
  }
}

/** NumPy's format 1.0: a header padded to 64 bytes, then float32, little end first. */
function npy(layout: Float32Array, rows: number): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, 2), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + layout.length * 4);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(text.padEnd(length - 11) + "\n"), 10);
  const view = new DataView(bytes.buffer);
  layout.forEach((value, i) => view.setFloat32(length + 4 * i, value, true));
  return bytes;
}

function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
