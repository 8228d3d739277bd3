"""Writes training steps of small networks as ONNX loops, one seed alone (n1) and five stacked along a batch axis (n5): `python3 bench/sideBySide.py FOLDER`."""
import os
import sys

import onnx
from onnx import parser
os.makedirs(sys.argv[1], exist_ok=True)
for name, I, O, cases in [("moons",2,2,[(32,16),(200,16)]),("digits",64,10,[(32,64),(32,256)])]:
  for B,H in cases:
    for N in (1,5):
      body=f"""b (int64 i, bool c, float[{N},{I},{H}] w1, float[{N},{H},{O}] w2) => (bool c2, float[{N},{I},{H}] w1n, float[{N},{H},{O}] w2n) {{
        c2 = Identity(c) h = MatMul(X, w1) a = Relu(h) z = MatMul(a, w2) p = Softmax<axis=-1>(z) d = Sub(p, T)
        at = Transpose<perm=[0,2,1]>(a) g2 = MatMul(at, d) w2t = Transpose<perm=[0,2,1]>(w2) da = MatMul(d, w2t)
        s = Sign(a) dh = Mul(da, s) xt = Transpose<perm=[0,2,1]>(X) g1 = MatMul(xt, dh)
        lr = Constant<value_float=0.001>() u1 = Mul(g1, lr) w1n = Sub(w1, u1) u2 = Mul(g2, lr) w2n = Sub(w2, u2) }}"""
      text=f"""<ir_version: 9, opset_import: ["":20]> g (int64 K, bool c, float[{N},{B},{I}] X, float[{N},{B},{O}] T, float[{N},{I},{H}] W1, float[{N},{H},{O}] W2) => (float[{N},{I},{H}] A, float[{N},{H},{O}] Z) {{
        A, Z = Loop<body={body}>(K, c, W1, W2) }}"""
      onnx.save(parser.parse_model(text), os.path.join(sys.argv[1], f"{name}_b{B}_h{H}_n{N}.onnx"))
