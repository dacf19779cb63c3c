"""Times one supervision step of TRM at its published Sudoku size in PyTorch.

    python3 torch_trm.py --arch mlp --mode forward --dtype fp32 --batch 32

The architecture is that of arXiv 2510.04871. A forward step is all cycles
without gradient. A train step runs the last cycle with gradient, computes the
losses and goes backward; no optimiser is in it. PyTorch 1.13 or later.
"""

import argparse
import time

import torch
import torch.nn.functional as F
from torch import nn

CELLS, TOKENS, PREFIX = 81, 11, 16
POSITIONS, HIDDEN, HEADS, LAYERS = PREFIX + CELLS, 512, 8, 2
H_CYCLES, L_CYCLES = 3, 6


def norm(x):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + 1e-5)).to(x.dtype)


def linear(inputs, outputs):
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.trunc_normal_(layer.weight, std=inputs**-0.5)
    return layer


class SwiGLU(nn.Module):
    def __init__(self, size):
        super().__init__()
        inner = -(-round(size * 4 * 2 / 3) // 256) * 256
        self.gate_up_proj, self.down_proj = linear(size, 2 * inner), linear(inner, size)

    def forward(self, x):
        gate, up = self.gate_up_proj(x).chunk(2, -1)
        return self.down_proj(F.silu(gate) * up)


def attend(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v)
    return torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, -1) @ v


class Attention(nn.Module):
    """Self-attention with rotary positions."""

    def __init__(self):
        super().__init__()
        self.qkv_proj, self.o_proj = linear(HIDDEN, 3 * HIDDEN), linear(HIDDEN, HIDDEN)
        size = HIDDEN // HEADS
        frequencies = 10000.0 ** (-torch.arange(0, size, 2) / size)
        angles = torch.outer(torch.arange(POSITIONS).float(), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def rotate(self, x):
        first, second = x.chunk(2, -1)
        return x * self.cos + torch.cat((-second, first), -1) * self.sin

    def forward(self, x):
        n = x.shape[0]
        q, k, v = self.qkv_proj(x).view(n, POSITIONS, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = attend(self.rotate(q), self.rotate(k), v)
        return self.o_proj(mixed.transpose(1, 2).reshape(n, POSITIONS, HIDDEN))


class Block(nn.Module):
    def __init__(self, arch):
        super().__init__()
        self.over_positions = arch == "mlp"
        self.mix = SwiGLU(POSITIONS) if self.over_positions else Attention()
        self.mlp = SwiGLU(HIDDEN)

    def forward(self, x):
        if self.over_positions:
            x = x.transpose(1, 2)
            x = norm(x + self.mix(x)).transpose(1, 2)
        else:
            x = norm(x + self.mix(x))
        return norm(x + self.mlp(x))


class TRM(nn.Module):
    def __init__(self, arch):
        super().__init__()
        self.embed_tokens = nn.Embedding(TOKENS, HIDDEN)
        nn.init.trunc_normal_(self.embed_tokens.weight, std=HIDDEN**-0.5)
        self.puzzle_emb = nn.Parameter(torch.zeros(1, HIDDEN))
        self.layers = nn.Sequential(*(Block(arch) for _ in range(LAYERS)))
        self.lm_head, self.q_head = linear(HIDDEN, TOKENS), nn.Linear(HIDDEN, 2)
        self.register_buffer("H_init", nn.init.trunc_normal_(torch.empty(HIDDEN)))
        self.register_buffer("L_init", nn.init.trunc_normal_(torch.empty(HIDDEN)))

    def start(self, n):
        """The initial state of n puzzles."""
        return tuple(z.repeat(n, POSITIONS, 1) for z in (self.H_init, self.L_init))

    def embed(self, tokens):
        x = self.embed_tokens(tokens)
        prefix = F.pad(self.puzzle_emb, (0, (PREFIX - 1) * HIDDEN)).view(1, PREFIX, HIDDEN)
        return torch.cat((prefix.expand(len(x), -1, -1), x), 1) * HIDDEN**0.5

    def cycle(self, x, z_h, z_l):
        for _ in range(L_CYCLES):
            z_l = self.layers(z_l + (z_h + x))
        return self.layers(z_h + z_l), z_l

    def forward(self, tokens, state):
        """One supervision step: the new state, logits and halting values."""
        x = self.embed(tokens)
        with torch.no_grad():
            for _ in range(H_CYCLES - 1):
                state = self.cycle(x, *state)
        z_h, z_l = self.cycle(x, *state)
        logits, q = self.lm_head(z_h[:, PREFIX:]), self.q_head(z_h[:, 0])
        return (z_h.detach(), z_l.detach()), logits, q


def stablemax_cross_entropy(logits, labels):
    logits = logits.double()
    s = torch.where(logits < 0, 1 / (1 - logits + 1e-30), logits + 1)
    p = s / s.sum(-1, keepdim=True)
    return -p.log().gather(-1, labels.unsqueeze(-1)).squeeze(-1)


def forward_step(model, tokens, labels):
    with torch.no_grad():
        model(tokens, model.start(len(tokens)))


def train_step(model, tokens, labels):
    model.zero_grad()
    _, logits, q = model(tokens, model.start(len(tokens)))
    right = (logits.argmax(-1) == labels).all(-1).float()
    halting = F.binary_cross_entropy_with_logits(q[:, 0].float(), right, reduction="sum")
    loss = stablemax_cross_entropy(logits, labels).mean(-1).sum() + 0.5 * halting
    (loss / len(tokens)).backward()


def main():
    parser = argparse.ArgumentParser(description="Times one supervision step of TRM in PyTorch.")
    parser.add_argument("--arch", choices=("mlp", "attention"), default="mlp")
    parser.add_argument("--mode", choices=("forward", "train"), default="forward")
    parser.add_argument("--dtype", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = TRM(args.arch).to(torch.bfloat16 if args.dtype == "bf16" else torch.float32)
    tokens = torch.randint(1, TOKENS, (args.batch, CELLS))
    labels = torch.randint(2, TOKENS, (args.batch, CELLS))
    step = forward_step if args.mode == "forward" else train_step

    step(model, tokens, labels)  # warms up
    begin = time.perf_counter()
    for _ in range(args.repeat):
        step(model, tokens, labels)
    rate = args.batch * args.repeat / (time.perf_counter() - begin)
    print(f"pytorch-{torch.__version__} {args.arch} {args.mode} {args.dtype} batch={args.batch} {rate:.2f} puzzle-steps/s")


if __name__ == "__main__":
    main()
