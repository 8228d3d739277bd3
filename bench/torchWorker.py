"""Training steps of the benchmark's models in PyTorch eager, driven by lines: `{"model": "mlp", "threads": 1, "steps": 100}`
on standard input, `{"seconds": 0.1}` (or `{"error": "..."}`) on standard output. The first line out says the version."""
import json
import sys
import time

import torch
from torch import nn

BATCH = 64


def mlp():
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    return model, torch.optim.Adam(model.parameters(), lr=1e-3), torch.rand(10000, 784)


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(512, 10),
    )
    return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), torch.rand(2000, 1, 28, 28)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)

    def forward(self, x):
        return torch.relu(self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x))))))


def convnet():
    """A stack of 3x3 convolutions with batch norm, 32x32 inputs."""
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )
    return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), torch.rand(1000, 3, 32, 32)


MAKERS = {"mlp": mlp, "lenet": lenet, "convnet": convnet}


def train(made, steps):
    model, optimizer, inputs = made
    targets = torch.arange(len(inputs)) % 10
    losses = []
    for _ in range(steps):
        chosen = torch.randint(0, len(inputs), (BATCH,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs[chosen]), targets[chosen])
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).numpy()


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        torch.set_num_threads(request["threads"])
        # a new model each time: one that has learned everything has denormal moments, which cost PyTorch twice the time
        made = MAKERS[request["model"]]()
        train(made, 3)
        start = time.perf_counter()
        train(made, request["steps"])
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
    except Exception as error:  # the benchmark says it and goes on without
        print(json.dumps({"error": str(error)}), flush=True)
