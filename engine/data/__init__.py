"""Folders of images and masks, and the batches made from them."""
