"""Peers of projection.mjs: makes the points, lays them out with scikit-learn or umap-learn, and judges layouts alike.

points ROWS OUT: MNIST's test digits, or ROWS points of ten curved classes where more are wanted, as float32 of 50 principal components
tsne|umap POINTS ROWS OUT THREADS: prints {"seconds"}
judge POINTS ROWS LAYOUT [kl]: prints trustworthiness, the share of 15 neighbours kept, and the Kullback-Leibler divergence
"""
import json, sys, time, gzip, pathlib
import numpy as np

def points(rows, out, folder):
    from sklearn.decomposition import PCA
    images = sorted(pathlib.Path(folder).glob("*images*")) if folder else []
    if images:
        raw = gzip.open(images[0]).read() if images[0].suffix == ".gz" else images[0].read_bytes()
        pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255
    else:
        from sklearn.datasets import load_digits
        pixels = load_digits().data.astype(np.float32)
    if rows > len(pixels):  # more digits: between each and one of its neighbours, with a little noise
        from sklearn.neighbors import NearestNeighbors
        near = NearestNeighbors(n_neighbors=8).fit(pixels).kneighbors(pixels, return_distance=False)
        r = np.random.default_rng(0)
        a = r.integers(0, len(pixels), rows - len(pixels))
        b = near[a, r.integers(1, 8, len(a))]
        t = r.random((len(a), 1), dtype=np.float32)
        pixels = np.concatenate([pixels, pixels[a] * t + pixels[b] * (1 - t) + r.normal(0, 0.05, (len(a), pixels.shape[1])).astype(np.float32)])
    reduced = PCA(50, random_state=0).fit_transform(pixels[:rows]).astype(np.float32)
    reduced.tofile(out)

def layout(method, x, threads):
    if method == "tsne":
        from sklearn.manifold import TSNE
        start = time.perf_counter()
        y = TSNE(perplexity=30, init="pca", random_state=0, n_jobs=threads).fit_transform(x)
    else:
        import numba, umap
        numba.set_num_threads(threads)
        umap.UMAP(random_state=0, n_epochs=5).fit(x[:300])  # compiles
        start = time.perf_counter()
        y = umap.UMAP(random_state=0).fit_transform(x)
    return y.astype(np.float32), time.perf_counter() - start

def judge(x, y, kl):
    from sklearn.neighbors import NearestNeighbors
    n, k = len(x), 15
    r = np.random.default_rng(0)
    some = r.choice(n, min(n, 2000), replace=False)
    near = NearestNeighbors(n_neighbors=k + 1).fit(y).kneighbors(y[some], return_distance=False)
    penalty = kept = 0
    norms = (x.astype(np.float64) ** 2).sum(1)
    for i, row in zip(some, near):
        d = norms - 2 * (x @ x[i]).astype(np.float64)
        d[i] = np.inf
        ranks = np.empty(n, np.int64)
        ranks[np.argsort(d, kind="stable")] = np.arange(1, n + 1)
        own = ranks[[j for j in row if j != i][:k]]
        penalty += np.maximum(0, own - k).sum()
        kept += (own <= k).sum()
    out = dict(trustworthiness=1 - 2 / (len(some) * k * (2 * n - 3 * k - 1)) * float(penalty), kept=float(kept) / (len(some) * k))
    if kl:
        from sklearn.manifold import _t_sne
        graph = NearestNeighbors(n_neighbors=90).fit(x).kneighbors_graph(mode="distance")
        graph.data **= 2
        p = _t_sne._joint_probabilities_nn(graph, 30, 0).tocoo()
        y = y.astype(np.float64)
        z = 0.0
        for i in range(0, n, 500):
            z += (1 / (1 + ((y[i:i + 500, None] - y[None]) ** 2).sum(2))).sum()
        z -= n
        d = ((y[p.row] - y[p.col]) ** 2).sum(1)
        out["kl"] = float((p.data * np.log(p.data * z * (1 + d))).sum())
    return out

if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "points":
        points(int(rest[0]), rest[1], rest[2] if len(rest) > 2 else "")
    elif command == "judge":
        x = np.fromfile(rest[0], np.float32).reshape(int(rest[1]), -1)
        print(json.dumps(judge(x, np.fromfile(rest[2], np.float32).reshape(-1, 2), "kl" in rest)))
    else:
        x = np.fromfile(rest[0], np.float32).reshape(int(rest[1]), -1)
        y, seconds = layout(command, x, int(rest[3]))
        y.tofile(rest[2])
        print(json.dumps(dict(seconds=seconds)))
