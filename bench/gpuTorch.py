"""One model in PyTorch on one device, eager or compiled: `gpuTorch.py '{"model": "mlp", "device": "cuda", "compiled": false, "threads": 2}'`, the model a
name of torchWorker.py or `{"width": 128, "depth": 2, "batch": 64}`. Out come `{"version": ..., "device": ..., "first": seconds of the first step}`, then for every
number of steps on a line in `{"seconds": ..., "memory": bytes}`. The data lie on the device from the beginning, as ours do."""
import json
import sys
import time

import torch
from torch import nn

from torchWorker import BATCH, BATCHES, MAKERS, resident


def stack(width, depth, **_):
    sizes = [784] + [width] * depth
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.ReLU())]
    model = nn.Sequential(*layers, nn.Linear(sizes[-1], 10))
    return model, torch.optim.Adam(model.parameters(), lr=1e-3), torch.rand(max(2000, 4 * width), 784)


def main():
    request = json.loads(sys.argv[1])
    device = torch.device(request["device"])
    torch.set_num_threads(request["threads"])
    # as ONNX Runtime's CUDA provider does by default, products may use TensorFloat-32
    torch.set_float32_matmul_precision("high" if device.type == "cuda" else "highest")
    name = request["model"]
    is_named = isinstance(name, str)
    base = resident("VmRSS")
    model, optimizer, inputs = MAKERS[name]() if is_named else stack(**name)
    batch = BATCHES.get(name, BATCH) if is_named else name["batch"]
    # the optimizer's references stay: parameters are moved in place
    model.to(device)
    inputs = inputs.to(device)
    targets = torch.randint(0, 96, inputs.shape, device=device) if inputs.dtype == torch.int64 else torch.arange(len(inputs), device=device) % 10
    forward = torch.compile(model) if request["compiled"] else model
    losses = []

    def step():
        chosen = torch.randint(0, len(inputs), (batch,), device=device)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(forward(inputs[chosen]).flatten(0, -2), targets[chosen].flatten())
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())

    def timed(steps):
        losses.clear()
        start = time.perf_counter()
        for _ in range(steps):
            step()
        torch.stack(losses).cpu()  # waits for the device
        return time.perf_counter() - start

    def memory():
        return torch.cuda.max_memory_reserved() if device.type == "cuda" else resident("VmHWM") - base

    first = timed(1)
    where = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
    print(json.dumps({"version": torch.__version__, "device": where, "first": first}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"seconds": timed(int(line)), "memory": memory()}), flush=True)


try:
    main()
except Exception as error:  # the benchmark says it and goes on without
    print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}), flush=True)
