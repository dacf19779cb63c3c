"""The other side of the tests against PyTorch.

    peer.py write FOLDER   saves tensors in every way that is to be read, and
                           expected.json: {file: {tensor: [dtype, shape, bytes]}}
    peer.py read FILE      prints the same of a file, loaded with weights_only
"""

import json
import os
import sys
from collections import OrderedDict

import torch
from torch import nn

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL", torch.complex64: "C64",
}  # fmt: skip


def stored(tensor):
    """The bytes of a tensor in row-major order, in hexadecimal."""
    flat = tensor.detach().contiguous().reshape(-1)
    if flat.numel() == 0:
        return ""
    if flat.dtype == torch.complex64:
        flat = torch.view_as_real(flat).reshape(-1)
    return bytes(flat.view(torch.uint8).tolist()).hex()


def describe(state):
    return {k: [DTYPES[v.dtype], list(v.shape), stored(v)] for k, v in state.items() if isinstance(v, torch.Tensor)}


class Foreign:
    """A class that the reader has never heard of."""

    def __init__(self):
        self.inner, self.number = {"a": [1, 2.5, None]}, 10**30


def state_dict():
    module = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    return module.state_dict()


def cases():
    torch.manual_seed(0)
    base = torch.arange(24, dtype=torch.float32)
    grid = base.view(4, 6)
    tensors = {
        "scalar": torch.tensor(1.5), "empty": torch.empty(0, 3), "ones": torch.ones(1, 1, 1),
        "transposed": grid.t(), "columns": grid[:, 1:3], "steps": base[1::3], "rows": grid[2:],
        "permuted": base.view(2, 3, 4).permute(2, 0, 1), "shared": grid, "shared_too": base[6:12],
        "parameter": nn.Parameter(torch.randn(2, 3)), "frozen": nn.Parameter(torch.randn(2), requires_grad=False),
        "gradient": torch.randn(2, requires_grad=True), "last": torch.randn(2, 4, 3, 2).contiguous(memory_format=torch.channels_last),
    }  # fmt: skip
    for dtype, name in DTYPES.items():
        values = torch.tensor([-2.5, 0, 1, 100.25, float("inf"), float("nan")]) if dtype.is_floating_point else torch.arange(5)
        tensors["type_" + name] = values.to(dtype)
    noted = torch.randn(3)
    noted.note = "an attribute"
    tensors["noted"] = noted
    adam = torch.optim.Adam([nn.Parameter(torch.randn(2))])
    adam.param_groups[0]["params"][0].sum().backward()
    adam.step()
    wrapped = {"step": 7, "model": state_dict(), "optimizer": adam.state_dict(), "config": Foreign(), "loss": [0.5] * 3}
    yield "tensors", tensors, tensors, {}
    yield "ordered", OrderedDict(tensors), tensors, {}
    yield "module", state_dict(), state_dict, {}
    for key in ("model", "model_state_dict", "state_dict", "weights"):
        yield "wrapped_" + key, {"epoch": 3, key: tensors, "nested": {"deep": {"deeper": torch.ones(2)}}}, tensors, {}
    yield "everything", wrapped, wrapped["model"], {}
    for protocol in range(1, 6):
        yield f"protocol_{protocol}", dict(wrapped, big=2**70, texts=("a" * 300, b"b", {1, 2}, frozenset((3,)))), wrapped["model"], {"pickle_protocol": protocol}
    yield "old", tensors, None, {"_use_new_zipfile_serialization": False}
    yield "whole_module", nn.Linear(2, 2), None, {}
    yield "one_tensor", torch.ones(2), None, {}
    yield "expanded", {"x": torch.ones(1, 3).expand(4, 3)}, None, {}
    yield "quantised", {"x": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, None, {}
    yield "complex128", {"x": torch.ones(2, dtype=torch.complex128)}, None, {}
    yield "sparse", {"x": torch.eye(2).to_sparse()}, None, {}


def write(folder):
    expected = {}
    for name, value, state, options in cases():
        torch.save(value, os.path.join(folder, name + ".pt"), **options)
        if callable(state):
            state = value
        expected[name + ".pt"] = state and describe(state)
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump(expected, f)


def read(path):
    state = torch.load(path, weights_only=True)
    assert type(state) is OrderedDict
    json.dump(describe(state), sys.stdout)


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
