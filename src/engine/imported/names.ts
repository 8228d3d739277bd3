/** Names of an imported model's layers and tensors, as people know them from the code that made the model. */

/** Names that exporters make up: they say nothing. */
const madeUp = /^(onnx::|val_\d|_val_|const(_fold_opt)?_*\d|Constant_?\d|_inlfunc|new_shape|\d+$)|__\d+$/;
/** Last parts of names that say what a tensor is, not which. */
const tail = /^(ReadVariableOp(_\d+)?(:\d+)?|Read|Resource|weight|bias|kernel|gamma|beta|:\d+)$/i;

/** `fc1` of `fc1.weight`, `encoder/dense` of `encoder/dense/MatMul/ReadVariableOp:0`; null where the name says nothing about its owner. */
export function ownerOf(tensor: string): string | null {
  if (madeUp.test(tensor)) return null;
  if (tensor.includes("/")) return ofPath(tensor);
  const dot = tensor.lastIndexOf(".");
  return dot > 0 ? tensor.slice(0, dot) : null;
}

/** `layer1.0.conv1` of the node `/layer1/layer1.0/conv1/Conv`; `op` is its operator. */
export function ownerOfNode(name: string, op: string): string {
  if (!name.includes("/")) return name.replace(/^node_/, "") || op;
  return ofPath(name) ?? op;
}

/** The module of a node whose name is a path; null where it says none. */
export function moduleOfNode(name: string): string | null {
  return name.includes("/") ? ofPath(name) : null;
}

function ofPath(name: string): string | null {
  const parts = name.split("/").filter((part) => part !== "" && part !== "StatefulPartitionedCall" && !part.startsWith("PartitionedCall"));
  while (parts.length > 1 && tail.test(parts[parts.length - 1])) parts.pop();
  // what remains last is the operator or the tensor's own word
  const owner = parts.slice(0, -1);
  // /layer1/layer1.0/conv1: a part that begins with the one before it repeats it
  const shown = owner.filter((part, i) => !owner[i + 1]?.startsWith(`${part}.`));
  return shown.length === 0 ? null : shown.join(".");
}

/** The name, or with the first number behind it that makes it new. */
export function unused(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}_${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}
