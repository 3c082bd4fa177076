"""A training step as timm and peft alone give it, and nothing of ours."""

from __future__ import annotations

import timm
import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from torch import nn

from tests.benchmarks.workload import CLIP, N_CLASSES, RANK, RATE, WEIGHT_DECAY, Workload

DIMENSIONS = {
    "dinov2-vits14": {},
    "outcrop-vit-tiny14": {"embed_dim": 192, "num_heads": 3},
}


class PlainSegmenter(nn.Module):
    """timm's DINOv2 with adapters of peft, and a linear head."""

    def __init__(self, encoder):
        super().__init__()
        vit = timm.create_model(
            "vit_small_patch14_dinov2",
            pretrained=False,
            num_classes=0,
            dynamic_img_size=True,
            **DIMENSIONS[encoder],
        )
        config = LoraConfig(
            r=RANK, lora_alpha=RANK, target_modules=r".*blocks\.\d+\.attn\.(qkv|proj)"
        )
        self.vit = get_peft_model(vit, config)
        self.head = nn.Conv2d(vit.embed_dim, N_CLASSES, 1)

    def forward(self, x):
        rows, cols = x.shape[-2] // 14, x.shape[-1] // 14
        tokens = self.vit.forward_features(x)[:, 1:]
        maps = tokens.transpose(1, 2).unflatten(2, (rows, cols))
        return F.interpolate(self.head(maps), size=x.shape[-2:], mode="bilinear")


def plain_loss(logits, labels):
    """Cross-entropy plus the Dice loss whose classes weigh by rarity."""
    target = labels.long()
    one_hot = F.one_hot(target, logits.shape[1]).movedim(-1, 1).float()
    p = logits.softmax(dim=1)
    n = one_hot.sum(dim=(2, 3))
    dice = 2 * (p * one_hot).sum(dim=(2, 3)) / (p.sum(dim=(2, 3)) + n)
    rarity = torch.where(n > 0, 1 / n.clamp_min(1), 0.0)
    weights = rarity / rarity.sum(dim=1, keepdim=True)
    return F.cross_entropy(logits, target) + (1 - (weights * dice).sum(dim=1)).mean()


def plain_steps(workload: Workload, *, fused=True):
    """Return a function that takes the steps of a workload."""
    torch.manual_seed(0)
    model = PlainSegmenter(workload.encoder)
    for module in model.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = fused
    images, labels = workload.tensors()
    trainable = [p for p in model.parameters() if p.requires_grad]

    def run():
        model.train()
        optimizer = torch.optim.AdamW(trainable, lr=RATE, weight_decay=WEIGHT_DECAY)
        for _ in range(workload.steps):
            optimizer.zero_grad()
            loss = plain_loss(model(images.expand(-1, 3, -1, -1)), labels)
            loss.backward()
            nn.utils.clip_grad_norm_(trainable, CLIP)
            optimizer.step()
            loss.item()

    return run
