"""Writes iris.csv, wine.csv and cancer.csv (its ten columns of means) from scikit-learn's data sets."""
import pathlib

from sklearn.datasets import load_breast_cancer, load_iris, load_wine

here = pathlib.Path(__file__).parent
for name, load, columns in [("iris", load_iris, 4), ("wine", load_wine, 13), ("cancer", load_breast_cancer, 10)]:
    data = load()
    header = ",".join([feature.split(" (")[0].replace(" ", "_").replace("/", "_") for feature in data.feature_names[:columns]] + ["label"])
    rows = (",".join([f"{value:.5g}" for value in row[:columns]] + [str(label)]) for row, label in zip(data.data, data.target))
    (here / f"{name}.csv").write_text("\n".join([header, *rows]) + "\n")
