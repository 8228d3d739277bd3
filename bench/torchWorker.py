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


class LastOfLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(28, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def lstm():
    model = LastOfLstm()
    return model, torch.optim.Adam(model.parameters(), lr=1e-3), torch.rand(2000, 28, 28)


class GptBlock(nn.Module):
    """Pre-norm, exact GELU, one product for queries, keys and values; attention by PyTorch's own kernel."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.ff1, self.ff2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(b, t, d))
        return x + self.ff2(nn.functional.gelu(self.ff1(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, symbols=96, width=128, steps=64, heads=4):
        super().__init__()
        self.embedding = nn.Embedding(symbols, width)
        self.position = nn.Parameter(0.02 * torch.randn(steps, width))
        self.blocks = nn.Sequential(GptBlock(width, heads), GptBlock(width, heads))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, symbols)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.embedding(x) + self.position)))


def gpt():
    model = Gpt()
    return model, torch.optim.AdamW(model.parameters(), lr=1e-3), torch.randint(0, 96, (2000, 64))


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


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        return torch.relu(self.skip(x) + self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x))))))


def resnet8():
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )
    return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), torch.rand(1000, 3, 32, 32)


def resnet20():
    blocks = [Residual(i, o, s) for i, o, s in [(16, 16, 1)] * 3 + [(16, 32, 2), (32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1)]]
    model = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    return model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), torch.rand(512, 3, 32, 32)


def channels_last(make):
    """The same model with its images and kernels in channels-last order, which some of PyTorch's kernels prefer."""
    model, optimizer, inputs = make()
    return model.to(memory_format=torch.channels_last), optimizer, inputs.contiguous(memory_format=torch.channels_last)


MAKERS = {"mlp": mlp, "lenet": lenet, "resnet8": resnet8, "resnet20": resnet20, "gpt": gpt, "lstm": lstm, "convnet": convnet}
BATCHES = {"gpt": 16, "resnet20": 128}


def train(made, steps, batch):
    model, optimizer, inputs = made
    targets = torch.randint(0, 96, inputs.shape) if inputs.dtype == torch.int64 else torch.arange(len(inputs)) % 10
    losses = []
    for _ in range(steps):
        chosen = torch.randint(0, len(inputs), (batch,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs[chosen]).flatten(0, -2), targets[chosen].flatten())
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).numpy()


def resident(key):
    with open("/proc/self/status", encoding="ascii") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(key))


def main():
    if sys.argv[1:2] == ["memory"]:
        # a small model first, so that what PyTorch loads lazily belongs to the base
        torch.set_num_threads(int(sys.argv[3]))
        train(mlp(), 5, 64)
        base = resident("VmRSS")
        train(MAKERS[sys.argv[2]](), 4, BATCHES.get(sys.argv[2], BATCH))
        print(json.dumps({"base": base, "peak": resident("VmHWM")}))
        sys.exit()

    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            torch.set_num_threads(request["threads"])
            # a new model each time: one that has learned everything has denormal moments, which cost PyTorch twice the time
            make = MAKERS[request["model"]]
            made = channels_last(make) if request.get("channelsLast") else make()
            batch = BATCHES.get(request["model"], BATCH)
            train(made, 3, batch)
            start = time.perf_counter()
            train(made, request["steps"], batch)
            print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
        except Exception as error:  # the benchmark says it and goes on without
            print(json.dumps({"error": str(error)}), flush=True)


if __name__ == "__main__":
    main()
