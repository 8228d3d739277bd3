"""Compares gradients of ONNX's node test models with differences of what ONNX Runtime computes. Run by onnxNodeTests.mjs.

Models without float inputs and outputs, and those that ONNX Runtime does not run, say nothing and are left out. The loss is a random weighted sum of the
outputs. A gradient may lie anywhere between the differences to both sides: test data often sit at kinks.
"""
import collections
import fnmatch
import json
import subprocess
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.loader import load_model_tests

FLOATS = (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16)
NEWEST = 26  # operator set that the runtime reads for certain; the files may name one that came later without changing the operator
CHECKED = 40  # elements of an input
options = ort.SessionOptions()
options.intra_op_num_threads, options.log_severity_level = 1, 4


def session(model):
    return ort.InferenceSession(model if isinstance(model, str) else model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def runnable(model):
    for newest in (None, NEWEST, 23, 21):
        if newest is not None:
            model.ir_version = min(model.ir_version, 11)
            for entry in model.opset_import:
                if entry.domain in ("", "ai.onnx"):
                    entry.version = min(entry.version, newest)
        try:
            return session(model)
        except Exception:
            continue
    return None


def is_float(value):
    return value.type.HasField("tensor_type") and value.type.tensor_type.elem_type in FLOATS


def prepared(test):
    """The model with its loss, what to feed it, and the float inputs; None where it says nothing."""
    model = onnx.ModelProto()
    model.CopyFrom(test.model)
    graph = model.graph
    inputs, outputs = [v.name for v in graph.input if is_float(v)], [v.name for v in graph.output if is_float(v)]
    running = runnable(model) if inputs and outputs else None
    if running is None:
        return None
    feeds = {v.name: np.asarray(x) if isinstance(x, np.generic) else x for v, x in zip(graph.input, test.data_sets[0][0]) if x is not None}
    try:
        values = dict(zip(outputs, running.run(outputs, feeds)))
    except Exception:
        return None
    terms, random = [], np.random.default_rng(0)
    operator = {n.op_type for n in graph.node}
    for i, name in enumerate(o for o in outputs if values[o].size > 0):
        graph.initializer.append(numpy_helper.from_array(random.normal(size=values[name].shape).astype(np.float32), f"weight_{i}"))
        graph.node.extend([
            helper.make_node("Cast", [name], [f"cast_{i}"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"cast_{i}", f"weight_{i}"], [f"term_{i}"]),
            helper.make_node("ReduceSum", [f"term_{i}"], [f"sum_{i}"], keepdims=0),
        ])
        terms.append(f"sum_{i}")
    inputs = [name for name in inputs if name in feeds and feeds[name].size > 0]
    if not terms or not inputs:
        return None
    graph.node.append(helper.make_node("Sum", terms, ["weighted_loss"]))
    graph.output.append(helper.make_tensor_value_info("weighted_loss", TensorProto.FLOAT, []))
    return model, feeds, inputs, operator.pop() if len(operator) == 1 else None


def differences(running, feeds, name):
    """By element: pairs of differences to the right and to the left, for several steps."""
    x = feeds[name]
    flat = x.reshape(-1)
    chosen = range(flat.size) if flat.size <= CHECKED else sorted(np.random.default_rng(1).choice(flat.size, CHECKED, replace=False))
    found = collections.defaultdict(list)

    def loss(at, value):
        moved = flat.copy()
        moved[at] = value
        return float(running.run(["weighted_loss"], {**feeds, name: moved.reshape(x.shape)})[0]), float(moved[at])

    for i in chosen:
        middle, here = loss(i, flat[i])
        for step in (3e-2, 1e-2, 3e-3):
            try:
                (above, right), (below, left) = loss(i, flat[i] + step * max(1, abs(here))), loss(i, flat[i] - step * max(1, abs(here)))
            except Exception:  # an input that only says how, such as a scale, may not be moved at all
                continue
            if right > here > left and np.isfinite([above, middle, below]).all():
                found[i].append(((above - middle) / (right - here), (middle - below) / (here - left)))
    return found


def wrong(name, gradient, found, tolerance):
    scale = max([1e-2] + [abs(sum(pair)) / 2 for pairs in found.values() for pair in pairs])
    flat = gradient.reshape(-1).astype(np.float64)
    for i, pairs in found.items():
        if not any(min(pair) - tolerance * scale <= flat[i] <= max(pair) + tolerance * scale for pair in pairs):
            return f"{name}[{i}]: gradient {flat[i]:.5g}, differences {pairs[0]}"
    return None


def main(node, bundle, folder, *patterns):
    tests = [t for t in load_model_tests(kind="node") if not patterns or any(fnmatch.fnmatch(t.name, p) for p in patterns)]
    jobs, cases = [], []
    for test in tests:
        made = prepared(test)
        if made is None:
            continue
        model, feeds, inputs, operator = made
        job = {"in": f"{folder}/{test.name}.onnx", "out": f"{folder}/{test.name}.gradients.onnx", "wrt": inputs}
        onnx.save(model, job["in"])
        jobs.append(job)
        cases.append((test.name, feeds, operator))
    listed = f"{folder}/jobs.json"
    with open(listed, "w") as file:
        json.dump(jobs, file)
    lines = subprocess.run([node, bundle, listed], capture_output=True, text=True, check=True).stdout.splitlines()
    table = collections.defaultdict(lambda: [0, []])
    for job, (name, feeds, operator), line in zip(jobs, cases, lines):
        result = json.loads(line)
        problem = result.get("error")
        if problem is None:
            try:
                gradients = session(job["out"]).run([f"{w}_grad" for w in job["wrt"]], feeds)
                half = any(getattr(x, "dtype", None) == np.float16 for x in feeds.values())
                checks = (wrong(w, g, differences(session(job["in"]), feeds, w), 6e-2 if half else 2e-2) for w, g in zip(job["wrt"], gradients))
                problem = next((check for check in checks if check is not None), None)
            except Exception as error:
                problem = str(error)[:300]
        row = table[operator or "(several operators)"]
        row[0 if problem is None else 1] = row[0] + 1 if problem is None else row[1] + [f"{name}: {problem}"]
    for operator, (agree, problems) in sorted(table.items()):
        print(f"{operator:32} {agree:4} agree {len(problems):4} do not")
        for problem in problems[:3]:
            print(f"    {problem[:240]}")
    operators = [row for key, row in table.items() if not key.startswith("(")]
    entirely, mostly = sum(not row[1] for row in operators), sum(row[0] > len(row[1]) for row in operators)
    print(f"{len(operators)} operators: all models of {entirely} agree with differences, most models of {mostly}; {len(jobs)} models")
    return 0 if entirely >= 0.9 * len(operators) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
